"""The form of a channel. Its address is written, never shown again."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from peakend.alerts.choices import Severity
from peakend.messages.choices import ChannelKind, Topic
from peakend.messages.errors import InvalidAddress
from peakend.messages.models import Channel
from peakend.messages.services import save_channel
from peakend.organization.models import Unit


class ChannelForm(forms.Form):
    """Where messages go, and which."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ChannelKind.choices)
    name = forms.CharField(label=_("Name"), max_length=80)
    address = forms.CharField(
        label=_("Address"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Mail addresses, or the robot's webhook address as its group shows it."),
    )
    secret = forms.CharField(
        label=_("Signing secret"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("DingTalk's SEC…; webhooks get one of their own when it stays empty."),
    )
    topics = forms.MultipleChoiceField(
        label=_("Told about"), choices=Topic.choices, widget=forms.CheckboxSelectMultiple
    )
    least_severity = forms.TypedChoiceField(
        label=_("From severity"), choices=Severity.choices, coerce=int
    )
    unit = forms.ModelChoiceField(
        label=_("Only what concerns"),
        queryset=Unit.objects.filter(is_active=True).order_by("path"),
        required=False,
        empty_label=_("The whole company"),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    is_active = forms.BooleanField(label=_("Active"), required=False, initial=True)

    def __init__(self, *args: Any, channel: Channel | None = None, **options: Any) -> None:
        if channel is not None:
            options["initial"] = {
                name: getattr(channel, name)
                for name in (
                    "kind",
                    "name",
                    "topics",
                    "least_severity",
                    "unit",
                    "language",
                    "is_active",
                )
            }
        super().__init__(*args, **options)
        self.channel = channel
        if channel is None:
            self.fields["address"].required = True

    def save(self) -> Channel | None:
        """Keep the channel; with an address that does not fit, mark the field and keep nothing."""
        data = self.cleaned_data
        channel = self.channel or Channel()
        for name in ("kind", "name", "topics", "least_severity", "unit", "language", "is_active"):
            setattr(channel, name, data[name])
        channel.address = data["address"] or channel.address
        channel.secret = data["secret"] or channel.secret
        try:
            return save_channel(channel)
        except InvalidAddress:
            self.add_error("address", _("This is no address of this kind of channel."))
            return None
