"""What the engine shows of a stack, in the words of the rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from pulumi_policy.proxy import UnknownValueError

from twinstack.rulebook import Level, Rule, level_of

SITE = "twinstack:index:Site"
HOST = "twinstack:index:Host"
ARTEFACT = "twinstack:index:Artefact"
COMPONENT = "twinstack:index:Component"

PROJECT_LABEL = "twinstack.io/project"


def known(document: object, *path: str) -> object:
    """A value inside a document; None where there is none, or where a preview cannot know it yet."""
    found = document
    for key in path:
        if not isinstance(found, Mapping):
            return None
        try:
            found = found.get(key)
        except UnknownValueError:
            return None
    return found


def mapping(document: object, *path: str) -> Mapping[str, object]:
    """A mapping inside a document; empty where there is none."""
    found = known(document, *path)
    return found if isinstance(found, Mapping) else {}


def items(document: object, *path: str) -> Iterator[object]:
    """The known items of a list inside a document."""
    found = known(document, *path)
    if isinstance(found, (str, Mapping)) or not hasattr(found, "__len__") or not hasattr(found, "__getitem__"):
        return
    for index in range(len(found)):
        try:
            yield found[index]
        except UnknownValueError:
            continue


@dataclass(frozen=True, slots=True)
class Violation:
    """What is wrong, as a sentence that names the resource, and the resource that it is held against."""

    text: str
    urn: str | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource as the engine shows it; `type` is Pulumi's token."""

    type: str
    name: str
    urn: str
    props: Mapping[str, object]

    @property
    def in_kubernetes(self) -> bool:
        """Whether this is an object of a cluster."""
        return self.type.startswith("kubernetes:")

    @property
    def kind(self) -> str:
        """The last word of the type."""
        return self.type.rpartition(":")[2]

    @property
    def object_name(self) -> str:
        """The object's own name in the cluster."""
        return str(known(self.props, "metadata", "name") or self.name)

    @property
    def namespace(self) -> str | None:
        """The namespace that the object is in."""
        found = known(self.props, "metadata", "namespace")
        return str(found) if found else None

    @property
    def title(self) -> str:
        """What the object is called in messages."""
        if not self.in_kubernetes:
            return f"{self.kind} {self.name}"
        return (
            f"{self.kind} {self.namespace}/{self.object_name}" if self.namespace else f"{self.kind} {self.object_name}"
        )

    @property
    def roles(self) -> frozenset[str]:
        """The roles of a Host."""
        return frozenset(mapping(self.props, "roles"))

    def violation(self, what: str) -> Violation:
        """A violation by this resource."""
        return Violation(f"{self.title} {what}", self.urn)


@dataclass(frozen=True, slots=True)
class Site:
    """The site's choices and facts, from its own resource; empty until that was shown."""

    choices: Mapping[str, object] = field(default_factory=dict)
    projects: frozenset[str] = frozenset()
    kubernetes_version: str = ""
    split: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def of(cls, resource: Resource) -> Site:
        """Read the site's own resource."""
        return cls(
            choices=mapping(resource.props, "policy"),
            projects=frozenset(str(name) for name in items(resource.props, "projects")),
            kubernetes_version=str(known(resource.props, "kubernetesVersion") or ""),
            split=mapping(resource.props, "split"),
        )

    def level(self, rule: Rule, today: date) -> Level:
        """The level at which a rule holds here."""
        chosen, until = (known(self.choices, rule.name, key) for key in ("level", "until"))
        return level_of(rule, str(chosen) if chosen else None, str(until) if until else None, today)

    def has_project_namespace(self, resource: Resource) -> bool:
        """Whether the object is a project's namespace, or is in one."""
        labelled = known(resource.props, "metadata", "labels", PROJECT_LABEL) is not None
        if resource.kind == "Namespace":
            return labelled or resource.object_name in self.projects
        return resource.namespace in self.projects or (labelled and resource.namespace is not None)
