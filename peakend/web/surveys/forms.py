"""What a new survey needs to know."""

from django import forms
from django.utils.translation import gettext_lazy as _

from peakend.offerings.models import Brand
from peakend.opinions.taxonomies import taxonomy_choices
from peakend.questionnaire.presets import PRESETS
from peakend.surveys.models import Survey


class NewSurveyForm(forms.Form):
    """A recommendation or a satisfaction survey, with the words that differ."""

    kind = forms.ChoiceField(
        label=_("Question"),
        choices=[
            ("nps", _("How likely are you to recommend us? (NPS, 0 to 10)")),
            ("csat", _("How satisfied are you? (1 to 5)")),
        ],
        widget=forms.RadioSelect,
        initial="nps",
    )
    title = forms.CharField(label=_("Title"), max_length=120)
    title_en = forms.CharField(label=_("English title"), max_length=120, required=False)
    subject = forms.CharField(
        label=_("What is asked about"),
        max_length=60,
        help_text=_("Stands in the question: a brand, a store, a product."),
    )
    subject_en = forms.CharField(
        label=_("What is asked about, in English"), max_length=60, required=False
    )
    slug = forms.SlugField(
        label=_("Address"), max_length=57, help_text=_("Letters, digits and hyphens, for the link.")
    )
    brand = forms.ModelChoiceField(
        label=_("Brand"), queryset=Brand.objects.none(), required=False, empty_label=_("None")
    )
    taxonomy = forms.ChoiceField(label=_("What answers speak of"), choices=[])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        brands = self.fields["brand"]
        assert isinstance(brands, forms.ModelChoiceField)
        brands.queryset = Brand.objects.filter(is_own=True).order_by("pk")
        taxonomy = self.fields["taxonomy"]
        assert isinstance(taxonomy, forms.ChoiceField)
        taxonomy.choices = taxonomy_choices()

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"]).lower()
        # The address of the form itself is taken.
        if slug == "new" or Survey.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("Another survey has this address."))
        return slug

    def definition(self) -> dict[str, object]:
        """The questions, from the preset of the chosen kind."""
        data = self.cleaned_data
        subject = data["subject"]
        return PRESETS[data["kind"]](subject, data["subject_en"] or subject)
