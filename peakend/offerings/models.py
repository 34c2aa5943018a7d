from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Brand(models.Model):
    """A brand, one's own or a competitor's."""

    code = models.SlugField(_("code"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    is_own = models.BooleanField(_("own brand"), default=True)

    class Meta:
        ordering = ["-is_own", "name"]
        verbose_name = _("brand")

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        if self.name_en and (get_language() or "").startswith("en"):
            return self.name_en
        return self.name
