"""`prepdeck completion`."""

from __future__ import annotations

import click

EPILOG = """\b
Examples:
  eval "$(prepdeck completion bash)"     in ~/.bashrc
  eval "$(prepdeck completion zsh)"      in ~/.zshrc
  prepdeck completion fish > ~/.config/fish/completions/prepdeck.fish
"""


@click.command(epilog=EPILOG)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that makes SHELL complete commands, options, roles and kinds."""
    from click.shell_completion import get_completion_class

    from builder.cli import main

    completion_class = get_completion_class(shell)
    assert completion_class is not None
    click.echo(completion_class(main, {}, "prepdeck", "_PREPDECK_COMPLETE").source())
