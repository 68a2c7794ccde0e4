"""``rome --print-completion``: a script by which a shell completes commands, options and their words."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from rome.cli.main import main


def script(shell: str, capsys) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["--print-completion", shell])
    assert ended.value.code == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_every_shell_gets_a_script_with_commands_and_options(shell, capsys):
    said = script(shell, capsys)
    assert all(word in said for word in ("rome", "compare", "dro-strength", "warm-start-from-em", "regret"))


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["rome", "sc"], {"score"}),
        (["rome", "run", "--gate-s"], {"--gate-sees"}),
        (["rome", "run", "--criterion", "r"], {"regret", "risk", "reward"}),
        (["rome", "compare", "--tune-by", ""], {"worst_observed", "overall"}),
        (["rome", "run", "tab"], {"table.csv"}),
    ],
)
def test_bash_offers_what_fits(words, offered, capsys, tmp_path):
    (tmp_path / "table.csv").write_text("a")
    written = " ".join(f"'{word}'" for word in words)
    asked = (
        f"{script('bash', capsys)}\nCOMP_WORDS=({written}); COMP_CWORD={len(words) - 1}\n"
        "_shtab_rome\nprintf '%s\\n' \"${COMPREPLY[@]}\""
    )
    done = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert set(done.stdout.split()) == offered, done.stderr


def test_a_shell_that_is_not_known_is_refused_in_a_line(capsys):
    assert main(["--print-completion", "fish"]) == 2
    assert "invalid choice: 'fish'" in capsys.readouterr().err
