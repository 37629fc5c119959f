"""The development group's channel: binding it, moving it, letting it go."""

from dialogs.dialog import Command, Dialog
from dialogs.group.channel import bind_command, channel_command, unbind_command

GROUP = Dialog(
    commands=(
        Command("bind-words", bind_command),
        Command("unbind-words", unbind_command),
        Command("channel-words", channel_command),
    )
)
