"""A recording comes in: what is known of it is asked, then the worker puts it into words.

The sound is removed once its words are kept; one that could not be read goes with the other
uploads after ``voices.uploads.KEPT_FOR``.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from peakend.jobs.models import Job
from peakend.opinions.taxonomies import taxonomy_choices, taxonomy_codes
from peakend.recordings.errors import RecordingRefused, words_of
from peakend.recordings.lists import SUFFIXES, Recording, time_in_name
from peakend.recordings.sound import WavFacts, wav_facts
from peakend.recordings.taking import CODE, SOURCE, ensure_source, start_taking
from peakend.voices.models import Source
from peakend.voices.uploads import Upload, find_upload, keep_upload
from peakend.web.access import reader_of, requires
from peakend.web.imports.forms import unit_choices
from peakend.web.shell.names import CHANNELS

CHANNEL = "hotline"


def is_recording(name: str | None) -> bool:
    """Whether the name is that of a recording."""
    return Path(name or "").suffix.lower() in SUFFIXES


def keep_recording(request: HttpRequest, file: UploadedFile[Any]) -> Upload:
    """Keep the upload until its words are.

    Raises:
        RecordingRefused: no engine is set.
        ImportRefused: the file is too large.
    """
    if not settings.SPEECH.url and not settings.SPEECH.model:
        raise RecordingRefused("no_engine")
    return keep_upload(file.name or "", file.chunks(), reader_of(request))


class RecordingForm(forms.Form):
    """What nobody can hear in the sound itself."""

    began = forms.DateTimeField(
        label=_("When it began"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    channel = forms.ChoiceField(label=_("Channel"))
    taxonomy = forms.ChoiceField(label=_("Indicator tree"))
    customer = forms.CharField(
        label=_("Customer number"),
        required=False,
        max_length=120,
        help_text=_("Where it is known."),
    )
    customer_channel = forms.ChoiceField(
        label=_("The customer is heard"),
        choices=[("0", _("on the left channel")), ("1", _("on the right channel"))],
        initial="0",
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=64,
        initial=SOURCE,
        help_text=_("Recordings of one source are read by one indicator tree."),
    )

    def __init__(
        self, facts: WavFacts | None, within: frozenset[int] | None, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._is_whole = within is None
        units: Any = unit_choices(within)
        # Whoever looks after a part of the company brings its recordings for one of their units.
        self._choose("unit", units if within is not None else [("", _("no unit")), *units])
        self.fields["unit"].required = within is not None
        self._choose("channel", list(CHANNELS.items()))
        self._choose("taxonomy", taxonomy_choices())
        if facts is not None and facts.channels == 1:
            del self.fields["customer_channel"]
        for name, field in self.fields.items():
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"id_{name}_helptext"

    def clean_source(self) -> str:
        code: str = self.cleaned_data["source"].strip()
        if not CODE.fullmatch(code):
            raise forms.ValidationError(words_of("bad_source", {"given": code}))
        return code

    def clean_began(self) -> datetime:
        began: datetime = self.cleaned_data["began"]
        if began > timezone.now():
            raise forms.ValidationError(_("This lies in the future."))
        return began

    def clean(self) -> None:
        """What reads a source for the whole company is changed by whoever sees all of it."""
        said = self.cleaned_data
        known = Source.objects.filter(code=said.get("source", "")).first()
        if not self._is_whole and known and known.taxonomy != said.get("taxonomy", known.taxonomy):
            read_by = dict(taxonomy_choices()).get(known.taxonomy, known.taxonomy)
            told = _(
                "Recordings of this source are read by {tree}; choose that, or another source."
            )
            self.add_error("taxonomy", told.format(tree=read_by))

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


@requires("voices.import")
@require_http_methods(["GET", "POST"])
def recording(request: HttpRequest, token: str) -> HttpResponse:
    """What is known of an uploaded recording; then it is put into words."""
    reader = reader_of(request)
    upload = find_upload(token, reader)
    if upload is None or not is_recording(upload.name):
        raise Http404
    within = request.scope.units  # type: ignore[attr-defined]
    facts = wav_facts(upload.path)
    if request.method == "POST":
        form = RecordingForm(facts, within, request.POST)
        if form.is_valid():
            _start(upload, form.cleaned_data, request)
            return redirect("jobs:index")
    else:
        form = RecordingForm(facts, within, initial=_guess(upload, request))
    context = {"upload": upload, "form": form, "facts": facts}
    return render(request, "imports/recording.html", context, status=422 if form.errors else 200)


def _guess(upload: Upload, request: HttpRequest) -> dict[str, Any]:
    """What the form begins with: the time its name tells, the reader's unit, as the last ones were."""
    source = Source.objects.filter(code=SOURCE).first() or Source.objects.order_by("pk").first()
    unit = reader_of(request).unit
    whole = request.scope.units is None  # type: ignore[attr-defined]
    return {
        "began": timezone.localtime(time_in_name(upload.name) or timezone.now()),
        "unit": "" if whole or unit is None else unit.code,
        "channel": CHANNEL,
        "taxonomy": source.taxonomy if source else taxonomy_codes()[0],
    }


def _start(upload: Upload, said: dict[str, Any], request: HttpRequest) -> Job:
    one = Recording(
        str(upload.path),
        said["began"].isoformat(timespec="seconds"),
        customer=said["customer"].strip(),
        unit=said["unit"],
        customer_channel=int(said.get("customer_channel") or 0),
        name=upload.name,
    )
    source = ensure_source(said["source"], said["taxonomy"], taxonomy_codes(), said["channel"])
    return start_taking(
        [one], source,
        name=upload.name, delete=True, channel=said["channel"], started_by=reader_of(request),
    )  # fmt: skip
