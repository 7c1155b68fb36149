"""Every rule of the pack, in one visible list, as Pulumi policies at the level that the site chose."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

from policies import (
    ha_control_plane,
    no_privileged_projects,
    one_scheduler_per_host,
    pinned_versions,
    project_quota,
)
from policies.seen import SITE, Resource, Site, Violation
from twinstack.rulebook import Level, Rule

ResourceJudge = Callable[[Resource, Site], Iterable[Violation]]
StackJudge = Callable[[list[Resource], Site], Iterable[Violation]]

RESOURCE_RULES: tuple[tuple[Rule, ResourceJudge], ...] = (
    (pinned_versions.RULE, pinned_versions.judge),
    (no_privileged_projects.RULE, no_privileged_projects.judge),
)
STACK_RULES: tuple[tuple[Rule, StackJudge], ...] = (
    (project_quota.RULE, project_quota.judge),
    (one_scheduler_per_host.RULE, one_scheduler_per_host.judge),
    (ha_control_plane.RULE, ha_control_plane.judge),
)

# The engine fixes a policy's level before it shows the first resource, and the site's choice is in one: so each rule
# is there at both levels, and the one that the site did not choose stays silent.
LEVELS = {Level.ENFORCED: ("", EnforcementLevel.MANDATORY), Level.ADVISORY: ("-advisory", EnforcementLevel.ADVISORY)}


class Gate:
    """Holds rules over what the engine shows, in the order in which it shows it."""

    def __init__(self) -> None:
        """Start with no site: until one is shown, every rule holds at its own level."""
        self.site = Site()
        self._declared: dict[str, Resource] = {}

    def see(self, resource: Resource) -> None:
        """Take note of a resource as it is declared; the site's own is the parent of all others, so it comes first."""
        self._declared[resource.urn] = resource
        if resource.type == SITE:
            self.site = Site.of(resource)

    def declared(self, shown: Resource) -> Resource:
        """A resource as it was declared: at the end the engine shows outputs, which a preview mostly cannot know."""
        return self._declared.get(shown.urn, shown)

    def tell(self, rule: Rule, level: Level, violations: Iterable[Violation], report: ReportViolation) -> None:
        """Report violations if the rule holds at this level."""
        if self.site.level(rule, datetime.now(tz=UTC).date()) is level:
            for violation in violations:
                report(f"{violation.text} Remedy: {rule.remedy}", violation.urn)


def policies() -> list[Policy]:
    """Every policy of the pack."""
    gate = Gate()
    watch = ResourceValidationPolicy(
        "declared",
        "Takes note of what is declared, and of the site's choices; never refuses.",
        lambda args, _report: gate.see(Resource(args.resource_type, args.name, args.urn, args.props)),
        EnforcementLevel.ADVISORY,
    )
    of_resources = [_resource_policy(gate, rule, judge, level) for rule, judge in RESOURCE_RULES for level in LEVELS]
    of_stacks = [_stack_policy(gate, rule, judge, level) for rule, judge in STACK_RULES for level in LEVELS]
    return [watch, *of_resources, *of_stacks]


def serve() -> None:
    """Serve the pack to the engine until it hangs up."""
    PolicyPack("twinstack", policies(), EnforcementLevel.MANDATORY)


def _resource_policy(gate: Gate, rule: Rule, judge: ResourceJudge, level: Level) -> Policy:
    suffix, enforcement = LEVELS[level]

    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        resource = Resource(args.resource_type, args.name, args.urn, args.props)
        gate.tell(rule, level, judge(resource, gate.site), report)

    return ResourceValidationPolicy(
        rule.name + suffix, rule.description, validate, enforcement, remediation_steps=rule.remedy
    )


def _stack_policy(gate: Gate, rule: Rule, judge: StackJudge, level: Level) -> Policy:
    suffix, enforcement = LEVELS[level]

    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        shown = (Resource(found.resource_type, found.name, found.urn, found.props) for found in args.resources)
        resources = [gate.declared(resource) for resource in shown]
        gate.tell(rule, level, judge(resources, gate.site), report)

    return StackValidationPolicy(
        rule.name + suffix, rule.description, validate, enforcement, remediation_steps=rule.remedy
    )
