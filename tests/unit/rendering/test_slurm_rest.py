from __future__ import annotations

from tests.unit import sites
from twinstack.inventory.model import Rest, Service, Stack
from twinstack.planning import plan
from twinstack.rendering import slurm_conf, slurm_rest
from twinstack.rendering.renderer import Renderer
from twinstack.rendering.roles import slurm_rest as role

LOCAL, JWT = sites.slurm("batch", rest=Rest("local")), sites.slurm("batch", rest=Rest("jwt"))


def test_local_is_a_socket_and_no_token_is_taken() -> None:
    text = slurm_rest.drop_in(LOCAL)
    assert "-a rest_auth/local unix:/run/slurmrestd/slurmrestd.socket\n" in text
    assert "UnsetEnvironment=SLURM_JWT\n" in text
    assert "6820" not in text


def test_tokens_are_taken_on_loopback_too() -> None:
    text = slurm_rest.drop_in(JWT)
    assert "-a rest_auth/jwt unix:/run/slurmrestd/slurmrestd.socket 127.0.0.1:6820\n" in text
    assert "Environment=SLURM_JWT=daemon\n" in text


def test_it_is_nobody_special() -> None:
    for text in map(slurm_rest.drop_in, (LOCAL, JWT)):
        assert "User=slurmrestd\n" in text
        assert text.count("ExecStart=") == 2  # the unit's own is taken back first


def test_controllers_have_it_when_the_inventory_asks() -> None:
    hosts = (sites.host("ctl", None, Service.SLURM_CONTROLLER), sites.host("n1", "batch"))
    pools = (sites.pool("batch", Stack.SLURM),)
    made = plan(sites.site(hosts, pools, slurm=JWT))
    assert [host.name for host in made.with_role("slurm-rest")] == ["ctl"]
    assert not plan(sites.site(hosts, pools, slurm=sites.slurm("batch"))).with_role("slurm-rest")
    spec = role.render(Renderer(made), made.hosts["ctl"]).spec
    assert spec.packages == ("slurm-wlm-jwt-plugin", "slurmrestd")
    assert spec.params["socket"] == slurm_rest.SOCKET


def test_daemons_check_tokens_only_where_there_are_some() -> None:
    hosts = (sites.host("ctl", None, Service.SLURM_CONTROLLER), sites.host("n1", "batch"))
    texts = [
        slurm_conf.text(plan(sites.site(hosts, (sites.pool("batch", Stack.SLURM),), slurm=slurm)))
        for slurm in (LOCAL, JWT)
    ]
    assert ["AuthAltTypes=auth/jwt\n" in text for text in texts] == [False, True]
