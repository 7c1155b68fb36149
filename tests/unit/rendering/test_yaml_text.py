from __future__ import annotations

import yaml

from twinstack.rendering import yaml_text


def test_keys_keep_their_order_and_documents_are_separated() -> None:
    assert yaml_text.text({"kind": "A", "apiVersion": "v1"}, {"b": [1]}) == "kind: A\napiVersion: v1\n---\nb:\n- 1\n"


def test_a_value_that_stands_twice_is_written_twice() -> None:
    shared = ["x"]
    assert "&" not in yaml_text.text({"a": shared, "b": shared})


def test_tuples_and_nested_mappings_become_plain_yaml() -> None:
    text = yaml_text.text({"a": ({"b": ("c", "d")},)})
    assert yaml.safe_load(text) == {"a": [{"b": ["c", "d"]}]}


def test_words_that_yaml_would_read_as_something_else_are_quoted() -> None:
    assert yaml.safe_load(yaml_text.text({"a": "0", "b": "true", "c": "1:2"})) == {"a": "0", "b": "true", "c": "1:2"}
