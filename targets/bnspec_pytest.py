"""Every law of bnspec as a pytest test of its name. In a file that pytest collects, with bnspec.py and this one beside it:

    import bnspec

    test_conforms = bnspec.pytest("./adapter.py")

Needs Node, and bnspec where npx finds it. What the target refuses is skipped; the last test is the verdict.
"""
import json
import subprocess

import pytest


def laws(*target, command=("npx", "bnspec"), options=(), filters=()):
    """A parametrized test. `target` is what stands after `bnspec run`; `command` is how bnspec is called.

    `filters` are --laws and --skip with their values, `options` any others of `bnspec run`: ("--dtype", "f32").
    """
    if not any(target):
        raise ValueError("no target: bnspec.pytest('./adapter.py')")
    listed = _called([*command, "list", "laws", *filters])
    if listed.returncode != 0:
        raise RuntimeError(listed.stderr)
    ids = [line.split()[0] for line in listed.stdout.splitlines() if line.strip() and not line.startswith(" ")]
    split = target.index("--") if "--" in target else len(target)
    reporters = ("--reporter", "json", "--reporter", "terminal", "--no-github")
    run = [*command, "run", *target[:split], *filters, *options, *reporters, *target[split:]]
    ended = []

    @pytest.mark.parametrize("law", [*ids, "verdict"])
    def test_law(law):
        if not ended:
            ended.append(_called(run))
        code, said, told = ended[0].returncode, ended[0].stdout, ended[0].stderr
        results = {result["id"]: result for result in json.loads(said)["laws"]} if said else {}
        if law == "verdict":
            if code != 0:
                pytest.fail(told, pytrace=False)
        elif law not in results:
            pytest.fail("it was not asked: %s" % told[-2000:], pytrace=False)
        elif results[law]["status"] == "refuses":
            pytest.skip("refuses: %s" % results[law].get("message", ""))
        elif results[law]["status"] != "holds":
            pytest.fail(_told(results[law]), pytrace=False)

    return test_law


def _called(command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")


def _told(result):
    """Both sides of what failed, the case, and the command that asks it again."""
    found = result.get("counterexample") or {}
    sides = [
        "%s %s" % (name, found[key])
        for name, key in (("left", "lhs"), ("right", "rhs"), ("allowed", "bound"), ("at", "where"), ("again:", "replay"))
        if key in found
    ]
    lines = [result["status"], result["title"], result["law"], result.get("message", ""), *sides, *found.get("given", [])]
    return "\n".join(line for line in lines if line)
