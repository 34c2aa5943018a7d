"""Every page that is opened in a browser. A room adds its pages here."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """A page by name: where it is, who opens it, and which link of that page to follow, if any."""

    name: str
    path: str
    login: str = "lead"  # an account of the demo company; '' for a stranger
    follow: str = ""  # a selector: the page meant is the one behind this link
    status: int = 200
    in_every_look: bool = False  # what people open daily is seen in all eight looks each time


PAGES = (
    Page("login", "/login/", login="", in_every_look=True),
    Page("overview", "/", in_every_look=True),
    Page("overview-year", "/?period=12m"),
    Page("overview-store", "/?period=12m", login="store"),
    Page("journeys", "/journeys/"),
    Page("journey", "/journeys/dining/?period=12m", in_every_look=True),
    Page("journey-redrawn", "/journeys/dining/?edit=1"),
    Page("journey-new", "/journeys/new/"),
    Page("voices", "/voices/?period=12m", in_every_look=True),
    Page("voices-aspect", "/voices/?period=90d&aspect=wait_time&polarity=-1&sort=newest"),
    Page("voices-nothing", "/voices/?q=zzzzzz"),
    Page("voice", "/voices/", follow=".pk-voice a[href^='/voices/']"),
    Page("themes", "/themes/", in_every_look=True),
    Page("theme", "/themes/", follow=".pk-theme h2 a"),
    Page("theme-name", "/themes/", follow=".pk-theme-acts a[href$='/name/']"),
    Page("words", "/themes/words/?period=12m"),
    Page("words-period", "/themes/words/?by=period&period=90d"),
    Page("competitors", "/competitors/", in_every_look=True),
    Page("competitors-aspect", "/competitors/?aspect=taste&sort=own&period=90d"),
    Page("competitors-store", "/competitors/", login="store"),
    Page("review", "/review/", login="analyst"),
    Page("review-aspect", "/review/?aspect=wait_time"),
    Page("learning", "/review/learning/"),
    Page("taxonomies", "/taxonomies/"),
    Page("taxonomy", "/taxonomies/restaurant/"),
    Page("taxonomy-aspect", "/taxonomies/restaurant/aspects/wait_time/"),
    Page("taxonomy-new-aspect", "/taxonomies/restaurant/new/"),
    Page("taxonomy-copy", "/taxonomies/copy/"),
    Page("metrics", "/metrics/", in_every_look=True),
    Page("metric", "/metrics/nps/?period=12m"),
    Page("metric-limits", "/metrics/csat_top_two/?limits=1"),
    Page("metric-index", "/metrics/experience_index/"),
    Page("metric-choose", "/metrics/new/"),
    Page("metric-new", "/metrics/new/answers-share/"),
    Page("metric-new-index", "/metrics/new/index/"),
    Page("metric-settings", "/metrics/nps/edit/"),
    Page("drivers", "/drivers/", in_every_look=True),
    Page("drivers-store", "/drivers/", login="store"),
    Page("norms", "/norms/", in_every_look=True),
    Page("metric-aspect", "/metrics/negative_share/?period=12m&aspect=wait_time"),
    Page("inbox", "/cases/", in_every_look=True),
    Page("inbox-frontline", "/cases/", login="frontline"),
    Page("case", "/cases/", follow="main a[href^='/cases/']:not([href*='?'])", in_every_look=True),
    Page("alerts", "/alerts/"),
    Page("alert-new", "/alerts/new/"),
    Page("initiatives", "/initiatives/"),
    Page("initiative-new", "/initiatives/new/"),
    Page("initiative-worked", "/initiatives/1/", in_every_look=True),
    Page("initiative-failed", "/initiatives/2/"),
    Page("customers", "/customers/"),
    Page(
        "customer",
        "/customers/",
        follow="main a[href^='/customers/']:not([href*='?'])",
        in_every_look=True,
    ),
    Page("surveys", "/surveys/"),
    Page("survey", "/surveys/", follow="main a[href^='/surveys/']:not([href$='/new/'])"),
    Page("survey-new", "/surveys/new/"),
    Page("respond", "/s/after-visit", login=""),
    Page("imports", "/imports/", login="analyst", in_every_look=True),
    Page("jobs", "/jobs/", login="admin"),
    Page("notices", "/notices/"),
    Page("inbox-closed", "/cases/?box=closed"),
    Page("rule", "/alerts/1/"),
    Page("rule-new-control", "/alerts/new/negative_share_out_of_control/"),
    Page("rule-new-metric", "/alerts/new/metric_out_of_control/"),
    Page("channels", "/notices/channels/", login="admin"),
    Page("channel-new", "/notices/channels/new/", login="admin"),
    Page("initiative-open", "/initiatives/3/"),
    Page("settings", "/settings/", login="admin", in_every_look=True),
    Page("settings-units", "/settings/units/", login="admin"),
    Page("settings-unit", "/settings/units/new/", login="admin"),
    Page("settings-people", "/settings/people/", login="admin"),
    Page("settings-person", "/settings/people/new/", login="admin"),
    Page("settings-sources", "/settings/sources/", login="admin"),
    Page("settings-brands", "/settings/brands/", login="admin"),
    Page("settings-tokens", "/settings/tokens/", login="admin"),
    Page("settings-token", "/settings/tokens/new/", login="admin"),
    Page("settings-audit", "/settings/audit/", login="admin"),
    Page("password", "/password/"),
    Page("not-found", "/nowhere/", status=404),
    Page("not-allowed", "/settings/", login="viewer", status=403),
)
