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


PAGES = (
    Page("login", "/login/", login=""),
    Page("overview", "/"),
    Page("overview-store", "/?period=12m", login="store"),
    Page("journeys", "/journeys/"),
    Page("journey", "/journeys/dining/?period=12m"),
    Page("voices", "/voices/?period=12m"),
    Page("voices-aspect", "/voices/?period=90d&aspect=wait_time&polarity=-1&sort=newest"),
    Page("voices-nothing", "/voices/?q=zzzzzz"),
    Page("voice", "/voices/", follow=".pk-voice a[href^='/voices/']"),
    Page("metrics", "/metrics/"),
    Page("metric", "/metrics/nps/?period=12m"),
    Page("metric-aspect", "/metrics/negative_share/?period=12m&aspect=wait_time&by=channel"),
    Page("inbox", "/cases/"),
    Page("case", "/cases/", follow="main a[href^='/cases/']"),
    Page("inbox-closed", "/cases/?box=closed"),
    Page("alerts", "/alerts/"),
    Page("rule", "/alerts/1/"),
    Page("rule-new", "/alerts/new/"),
    Page("rule-new-control", "/alerts/new/negative_share_out_of_control/"),
    Page("notices", "/notices/"),
    Page("channels", "/notices/channels/", login="admin"),
    Page("channel-new", "/notices/channels/new/", login="admin"),
    Page("initiatives", "/initiatives/"),
    Page("initiative-proven", "/initiatives/1/"),
    Page("initiative-failed", "/initiatives/2/"),
    Page("initiative-open", "/initiatives/3/"),
    Page("initiative-new", "/initiatives/new/?case=1"),
    Page("customers", "/customers/"),
    Page("customer", "/customers/", follow="main a[href^='/customers/']"),
    Page("surveys", "/surveys/"),
    Page("survey", "/surveys/after-visit/"),
    Page("survey-new", "/surveys/new/"),
    Page("respond", "/s/after-visit?u=store-01", login=""),
    Page("respond-reason", "/s/after-visit?u=store-01&nps=2&step=7", login=""),
    Page("respond-thanks", "/s/after-visit/thanks?outcome=negative", login=""),
    Page("imports", "/imports/", login="analyst"),
    Page("settings", "/settings/", login="admin"),
    Page("password", "/password/"),
    Page("not-found", "/nowhere/", status=404),
    Page("not-allowed", "/settings/", login="viewer", status=403),
)
