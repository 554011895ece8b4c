import pytest

from service.delivery.headers import MOST, check_count, read_headers


def test_headers_are_read_and_the_last_of_a_name_counts():
    found = read_headers(["X-Key: a:b", "authorization: Bearer x", "x-key:  c  "])

    assert found == {"x-key": "c", "authorization": "Bearer x"}


def test_a_name_without_a_value_is_kept_to_say_so():
    assert read_headers(["X-Key:"]) == {"X-Key": ""}


@pytest.mark.parametrize(
    "line",
    [
        "Connection: close",
        "TE: trailers",
        "Transfer-Encoding: chunked",
        "Host: elsewhere.example",
        "Content-Type: text/plain",
        "content-length: 0",
        "Webhook-Id: 1",
        "webhook-signature: v1,x",
        "X-Hub-Signature-256: sha256=0",
        "User-Agent: curl",
        "Expect: 100-continue",
    ],
)
def test_what_wireroom_or_the_connection_says_cannot_be_set(line):
    with pytest.raises(ValueError, match="cannot be set"):
        read_headers([line])


@pytest.mark.parametrize(
    "line", ["no colon", ": x", "A B: x", "X: a\r\nY: b", "X: caf\xe9", "X: \0"]
)
def test_what_is_no_header_is_refused_without_its_value(line):
    with pytest.raises(ValueError, match=r"header is written|visible ASCII"):
        read_headers([line])


def test_a_value_that_no_server_takes_is_refused():
    with pytest.raises(ValueError, match="longer than") as refused:
        read_headers(["X-Key: " + "s" * 3000])

    assert "sss" not in str(refused.value)


def test_there_is_an_end_to_their_number():
    with pytest.raises(ValueError, match="at most"):
        check_count([str(number) for number in range(MOST + 1)])
