from service.limits import Limits


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


def make(**values):
    clock = Clock()
    return Limits(monotonic=clock, **{"burst": 3, "per_second": 2.0} | values), clock


def test_a_client_may_burst_and_then_waits():
    limits, _ = make()

    assert [limits.take("a") for _ in range(4)] == [None, None, None, 1]


def test_one_client_does_not_use_up_anothers_tokens():
    limits, _ = make(burst=1)
    limits.take("a")

    assert limits.take("b") is None


def test_tokens_come_back_with_time_and_never_more_than_the_burst():
    limits, clock = make()
    for _ in range(3):
        limits.take("a")
    clock.now += 100

    assert [limits.take("a") for _ in range(4)] == [None, None, None, 1]


def test_clients_are_forgotten_those_with_full_buckets_first():
    limits, clock = make(max_clients=2, burst=1)
    limits.take("a")
    clock.now += 10
    limits.take("b")
    limits.take("c")

    assert limits.take("b") is not None
    assert limits.take("c") is not None
    assert limits.take("a") is None


def test_a_crowd_of_new_clients_takes_bounded_memory():
    limits, _ = make(max_clients=10)
    for number in range(1000):
        limits.take(str(number))

    assert len(limits._buckets) <= 10
