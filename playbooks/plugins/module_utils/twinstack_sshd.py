"""Would the operator still come in? Asked of sshd itself, before a changed configuration takes effect.

The drop-in is put beside the host's other ones, in a copy of the whole configuration, and `sshd -T -C ...` tells what
it comes to for the operator's own login: the user, and the addresses and port of the very connection that this runs
through (behind a jump host that is the jump host's address). See sshd(8), `-T` and `-C`.
"""

from __future__ import annotations

import fnmatch
import grp
import os
import pwd
import shutil
import tempfile
from pathlib import Path
from typing import Callable, NamedTuple  # noqa: UP035 (hosts run Python 3.9, too)

Run = Callable[[list[str]], "tuple[int, str]"]

SSHD = "/usr/sbin/sshd"
MAIN = Path("/etc/ssh/sshd_config")
PROC = Path("/proc")


class Login(NamedTuple):
    """The operator's way in: who, from where, to where; `forward` when it leads on to other hosts."""

    user: str
    address: str = "127.0.0.1"
    local_address: str = ""
    local_port: str = ""
    forward: bool = False

    @property
    def specification(self) -> str:
        """As sshd's `-C` takes it."""
        known = {"user": self.user, "host": self.address, "addr": self.address}
        local = {"laddr": self.local_address, "lport": self.local_port}
        return ",".join(f"{key}={value}" for key, value in {**known, **local}.items() if value)


def present_login(user: str, forward: bool, proc: Path = PROC, process: int | None = None) -> Login:  # noqa: FBT001
    """The login through which this process was started: its SSH connection, found among its ancestors."""
    connection = ssh_connection(proc, os.getpid() if process is None else process)
    if len(connection) != 4:  # noqa: PLR2004 (client address and port, server address and port: ssh(1))
        return Login(user, forward=forward)
    return Login(user, connection[0], connection[2], connection[3], forward)


def ssh_connection(proc: Path, process: int) -> list[str]:
    """SSH_CONNECTION of the nearest ancestor that has one (sudo takes it out of ours); empty without."""
    while process > 1:
        for variable in (proc / str(process) / "environ").read_bytes().split(b"\0"):
            if variable.startswith(b"SSH_CONNECTION="):
                return variable.decode().partition("=")[2].split()
        process = int((proc / str(process) / "stat").read_text().rpartition(")")[2].split()[1])
    return []


def compose(dest: Path, staged: Path | None, folder: Path, main: Path = MAIN) -> Path | None:
    """Copy the configuration into `folder` with `staged` in the place of `dest` (None: as it is now).

    Answers with the copy of the main file; None when it does not include the drop-in's folder.
    """
    drop_ins = folder / dest.parent.name
    drop_ins.mkdir(parents=True)
    for path in sorted(dest.parent.glob("*.conf")):
        shutil.copy(path, drop_ins / path.name)
    if staged:
        shutil.copy(staged, drop_ins / dest.name)
    lines = main.read_text().splitlines()
    included = [line for line in lines if is_include_of(line, dest, main)]
    copy = folder / main.name
    pattern = f"Include {drop_ins}/*.conf"
    copy.write_text("\n".join(pattern if line in included else line for line in lines) + "\n")
    return copy if included else None


def is_include_of(line: str, dest: Path, main: Path) -> bool:
    """Whether a line of the main file includes the drop-in."""
    words = line.split()
    if not words or words[0].lower() != "include":
        return False
    return any(fnmatch.fnmatch(str(dest), str(main.parent / word.strip('"'))) for word in words[1:])


def effective(config: Path, login: Login, run: Run) -> dict[str, list[str]]:
    """What the configuration comes to for a login: values by option, both in lower case.

    Raises:
        ValueError: sshd refuses it.
    """
    code, output = run([SSHD, "-T", "-f", str(config), "-C", login.specification])
    if code:
        raise ValueError(output.strip())
    found: dict[str, list[str]] = {}
    for line in output.splitlines():
        option, _, value = line.partition(" ")
        found.setdefault(option.lower(), []).append(value.strip())
    return found


def obstacles(found: dict[str, list[str]], login: Login) -> list[str]:
    """What would keep a login with a key out, in words."""
    first = {option: values[0] for option, values in found.items()}
    wrong = [
        (login.local_port and not listens(found, login.local_port), f"nothing listens on port {login.local_port}"),
        (first.get("pubkeyauthentication", "yes") != "yes", "keys are not accepted"),
        (
            login.user == "root" and first.get("permitrootlogin") in {"no", "forced-commands-only"},
            f"root may not log in (PermitRootLogin {first.get('permitrootlogin')})",
        ),
        (not methods_allow_key(found), f"a key alone is not enough ({first.get('authenticationmethods')})"),
        (first.get("forcecommand", "none") != "none", f"only {first.get('forcecommand')} is run (ForceCommand)"),
        (login.forward and not forwards(first), "connections are not forwarded, and the way to other hosts leads here"),
        (not has_keys(found, login.user), f"no file of AuthorizedKeysFile has a key for {login.user}"),
        *user_obstacles(found, login),
    ]
    return [what for is_so, what in wrong if is_so]


def listens(found: dict[str, list[str]], port: str) -> bool:
    """Whether sshd listens on the port by which the operator came."""
    return port in found.get("port", [port]) or any(it.endswith(f":{port}") for it in found.get("listenaddress", []))


def methods_allow_key(found: dict[str, list[str]]) -> bool:
    """Whether a key is enough (sshd_config(5), AuthenticationMethods)."""
    methods = " ".join(found.get("authenticationmethods", ["any"])).split()
    return any(method in {"any", "publickey"} for method in methods)


def forwards(first: dict[str, str]) -> bool:
    """Whether connections are forwarded as a jump host has to."""
    return first.get("disableforwarding", "no") == "no" and first.get("allowtcpforwarding", "yes") in {"yes", "local"}


def has_keys(found: dict[str, list[str]], user: str) -> bool:
    """Whether somebody's keys can be found; what comes from a command or an authority is not looked into."""
    for other in ("authorizedkeyscommand", "trustedusercakeys"):
        if found.get(other, ["none"]) != ["none"]:
            return True
    home = home_of(user)
    patterns = " ".join(found.get("authorizedkeysfile", [".ssh/authorized_keys"])).split()
    return any(holds_key(expand(pattern, user, home)) for pattern in patterns if pattern != "none")


def home_of(user: str) -> str:
    """The home directory of a user, of nobody in particular when there is no such user."""
    try:
        return pwd.getpwnam(user).pw_dir
    except KeyError:
        return "/nonexistent"


def expand(pattern: str, user: str, home: str) -> Path:
    """A path of AuthorizedKeysFile: %h, %u, %% and paths below the home directory."""
    marks = {"%h": home, "%u": user, "%%": "%"}
    for mark, value in marks.items():
        pattern = pattern.replace(mark, value)
    return Path(home) / pattern


def holds_key(path: Path) -> bool:
    """Whether a file has a line that is no comment."""
    try:
        lines = path.read_text(errors="replace").splitlines()
    except OSError:
        return False
    return any(line.strip() and not line.lstrip().startswith("#") for line in lines)


def user_obstacles(found: dict[str, list[str]], login: Login) -> list[tuple[bool, str]]:
    """Lists of users and groups that leave the operator out."""
    groups = groups_of(login.user)
    named = {option: " ".join(found[option]).split() for option in found}
    denied = [pattern for pattern in named.get("denyusers", []) if is_user(pattern, login)]
    refused = [pattern for pattern in named.get("denygroups", []) if any(fnmatch.fnmatch(it, pattern) for it in groups)]
    allowed, members = named.get("allowusers", []), named.get("allowgroups", [])
    listed = any(is_user(pattern, login) for pattern in allowed)
    grouped = any(fnmatch.fnmatch(group, pattern) for group in groups for pattern in members)
    return [
        (bool(denied), f"{login.user} is denied (DenyUsers {' '.join(denied)})"),
        (bool(refused), f"a group of {login.user} is denied (DenyGroups {' '.join(refused)})"),
        (bool(allowed) and not listed, f"{login.user} is not among AllowUsers {' '.join(allowed)}"),
        (bool(members) and not grouped, f"no group of {login.user} is among AllowGroups {' '.join(members)}"),
    ]


def is_user(pattern: str, login: Login) -> bool:
    """Whether USER or USER@HOST means the login."""
    user, _, address = pattern.partition("@")
    return fnmatch.fnmatch(login.user, user) and (not address or fnmatch.fnmatch(login.address, address))


def groups_of(user: str) -> list[str]:
    """Names of the groups of a user."""
    try:
        entry = pwd.getpwnam(user)
    except KeyError:
        return []
    names = {group.gr_gid: group.gr_name for group in grp.getgrall()}
    return sorted(names.get(gid, str(gid)) for gid in os.getgrouplist(user, entry.pw_gid))


def refusal(dest: Path, staged: Path, login: Login, run: Run, main: Path = MAIN) -> str | None:
    """Why the drop-in must not be placed; None when the operator comes in as before.

    An obstacle that is there already is none of the drop-in's: the operator came in past it.
    """
    with tempfile.TemporaryDirectory(prefix="twinstack-sshd-") as name:
        fresh = compose(dest, staged, Path(name) / "new", main)
        if fresh is None:
            return f"{main} does not include {dest.parent}: the file would have no effect"
        code, output = run([SSHD, "-t", "-f", str(fresh)])
        if code:
            return output.strip().replace(str(fresh.parent / dest.parent.name), str(dest.parent))
        after = obstacles(effective(fresh, login, run), login)
        now = compose(dest, None, Path(name) / "old", main)
        before = obstacles(effective(now, login, run), login) if after and now else []
    shut = [what for what in after if what not in before]
    return f"it would lock {login.user} out: {'; '.join(shut)}" if shut else None
