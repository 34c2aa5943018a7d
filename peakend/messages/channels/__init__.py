"""How each kind of channel is reached, one file a kind. A new kind is a new entry in :data:`ADAPTERS`."""

from peakend.messages.channels.adapter import Adapter, Outgoing
from peakend.messages.channels.chat_robots import CHAT_ROBOTS
from peakend.messages.channels.email import EMAIL
from peakend.messages.channels.webhook import WEBHOOK
from peakend.messages.choices import ChannelKind

ADAPTERS: dict[ChannelKind, Adapter] = {
    ChannelKind.EMAIL: EMAIL,
    ChannelKind.WEBHOOK: WEBHOOK,
    **CHAT_ROBOTS,
}

__all__ = ["ADAPTERS", "Adapter", "Outgoing", "adapter_of"]


def adapter_of(kind: str) -> Adapter:
    """The adapter of a kind of channel."""
    return ADAPTERS[ChannelKind(kind)]
