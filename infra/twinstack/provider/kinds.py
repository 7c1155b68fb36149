"""The one visible list of the kinds of resources."""

from __future__ import annotations

from twinstack.provider.dispatch import Settings
from twinstack.provider.engine_log import Log
from twinstack.provider.resources import slurm
from twinstack.provider.resources.artefact import ArtefactResource
from twinstack.provider.resources.base import Resource
from twinstack.provider.resources.cluster import ClusterResource, SshReader
from twinstack.provider.resources.host import HostResource
from twinstack.provider.resources.host_key import HostKeyResource, SshMeeting
from twinstack.provider.resources.secret import SecretResource
from twinstack.provider.runner import Runner
from twinstack.provider.store import Store


def kinds(settings: Settings, runner: Runner, log: Log) -> dict[str, Resource]:
    """Every kind by its name."""
    store = Store(settings.state / "artefacts")
    entities = slurm.EntityQueue(runner)
    return {
        "Artefact": ArtefactResource(store),
        "Secret": SecretResource(),
        "HostKey": HostKeyResource(SshMeeting(settings.state / "meetings", settings.key_file, settings.limits), log),
        "Host": HostResource(runner, store, log),
        "Cluster": ClusterResource(SshReader(settings.state / "runs", settings.key_file, settings.limits)),
        "SlurmQos": slurm.EntityResource(slurm.QOS, entities, log),
        "SlurmAccount": slurm.EntityResource(slurm.ACCOUNT, entities, log),
        "SlurmAssociation": slurm.EntityResource(slurm.ASSOCIATION, entities, log),
    }
