from __future__ import annotations

import gzip
import json

import pytest

from benchmarks.extraction import extract, main, measure, report, samples
from tests.factories_pages import document, prose

TITLE = "Flood cuts off two villages"
PAGES = {
    "first": ("en", f"<h1>{TITLE}</h1><p>By Amina Otieno</p>{prose()}"),
    "second": ("en", f"<h1>{TITLE}</h1><p>By Wu Li</p>{prose()}"),
    "third": ("fa", f"<h1>{TITLE}</h1><p>۱۲ آذر ۱۴۰۲</p>{prose()}"),
}
EXPECTED = {
    "first": {
        "title": TITLE,
        "authors": ["Amina Otieno"],
        "url": "https://x.example/1",
    },
    "second": {"title": TITLE, "authors": ["Amina Otieno"]},
    "third": {"title": "Another", "published": "2023-12-03", "language": "fa-IR"},
}


@pytest.fixture
def data(tmp_path):
    (tmp_path / "invented" / "pages").mkdir(parents=True)
    for name, (language, body) in PAGES.items():
        html = gzip.compress(document(body, lang=language).encode())
        (tmp_path / "invented" / "pages" / f"{name}.html.gz").write_bytes(html)
    truths = json.dumps(EXPECTED)
    (tmp_path / "invented" / "ground_truth.json").write_text(truths)
    return tmp_path


def cells(line):
    return line.split()


def test_the_table_has_the_share_of_right_fields_by_set_and_by_language(data):
    runs = measure(samples(data), {"ours": extract}, repeat=1)

    lines = list(report(runs))

    by_set = next(cells(line) for line in lines if line.startswith("invented"))
    assert by_set[:6] == ["invented", "ours", "3", "0.667", "0.500", "1.000"]
    assert any(line.startswith("other") for line in lines)  # too few pages of each
    assert all(float(figure) > 0 for figure in by_set[-3:])


def test_extractors_are_measured_over_the_same_pages(data):
    nothing = {"ours": extract, "nothing": lambda html, url: {}}

    lines = list(report(measure(samples(data), nothing, repeat=2)))

    last = next(cells(line) for line in lines if " nothing " in line)
    assert last[:4] == ["invented", "nothing", "3", "0.000"]


def test_the_command_prints_it(data, capsys):
    main([str(data), "--every", "2", "--sets", "invented"])

    said = capsys.readouterr().out
    assert said.startswith("data set")
    assert "language" in said


def test_a_folder_without_data_is_named(tmp_path):
    with pytest.raises(SystemExit, match="name the folder that holds the data sets"):
        main([str(tmp_path)])


def test_what_is_no_article_scores_as_nothing():
    made = extract(b"<title>x</title>", "")

    assert made["text"] == ""
    assert made["reason"]
