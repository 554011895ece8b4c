from __future__ import annotations

import pickle

import pytest
from pydantic import ValidationError

from scrapers.extract.recipe import Recipe, Selector, selector_of


def test_a_string_and_a_list_are_both_accepted():
    recipe = Recipe.model_validate({"title": "h1", "body": ["div.entry", "article"]})

    assert recipe.title == ("h1",)
    assert recipe.body == ("div.entry", "article")
    assert recipe.drop == ()


@pytest.mark.parametrize(
    ("text", "css", "attribute"),
    [
        ("h1", "h1", None),
        ("meta[name=author]@content", "meta[name=author]", "content"),
        ("a[href*='@']", "a[href*='@']", None),
        ("a[href*='@b']@title", "a[href*='@b']", "title"),
        (" time @datetime ", "time", "datetime"),
        ("img@data-src", "img", "data-src"),
    ],
)
def test_what_follows_the_last_at_sign_is_the_attribute(text, css, attribute):
    assert selector_of(text) == Selector(css=css, attribute=attribute)


@pytest.mark.parametrize("bad", ["div[", "", "p::before", "a,", "p:contains(x)", "@x"])
def test_a_bad_selector_is_refused_with_its_key(bad):
    with pytest.raises(ValidationError) as caught:
        Recipe.model_validate({"body": ["article", bad]})

    assert caught.value.errors()[0]["loc"] == ("body",)
    assert f"{bad!r} is no CSS selector" in str(caught.value)


@pytest.mark.parametrize("value", [{"titel": "h1"}, {"title": 5}, {"title": ["h1", 5]}])
def test_a_misspelt_key_and_a_wrong_type_are_refused(value):
    with pytest.raises(ValidationError):
        Recipe.model_validate(value)


def test_a_recipe_travels_to_the_sandbox():
    recipe = Recipe(title=("h1",))

    assert pickle.loads(pickle.dumps(recipe)) == recipe
