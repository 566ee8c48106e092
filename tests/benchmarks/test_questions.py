from benchmarks import questions


def test_half_of_a_busy_hour_was_asked_before() -> None:
    asked = questions.busy_hour(200)
    assert asked == questions.busy_hour(300)[:200]
    assert set(asked[::2]) == set(questions.QUERIES)
    assert len(set(asked[1::2])) > 80


def test_a_view_is_wider_than_high_and_holds_its_question() -> None:
    path = next(questions.views(["need=money"]))
    box = dict(pair.split("=") for pair in path.removeprefix("/marks.json?").split("&"))
    assert box["need"] == "money"
    assert float(box["west"]) < 139.85 < float(box["east"])
    assert float(box["south"]) < 35.75 < float(box["north"])
