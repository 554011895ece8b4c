"""The tables (DESIGN section 4). Rows do not leave `db`: queries give frozen values.

Text columns that hold a state use the words listed beside them.
"""

from __future__ import annotations

from db.models.articles import (
    ArticleMarkRow,
    ArticleRow,
    ArticleTermRow,
    ArticleUrlRow,
    ArticleWordsRow,
    BlockedAddressRow,
    RevisionRow,
    StreamRow,
    TermRow,
)
from db.models.delivery import (
    AttemptRow,
    DeliveryRow,
    EventRow,
    FanoutRow,
    PayloadRow,
    SubscriptionRow,
)
from db.models.feeds import FeedRow
from db.models.hub import HubLeaseRow, HubRequestRow, HubSubscriberRow, HubTopicRow
from db.models.marks import CHANGES, EDITED, NEWS, WITHDRAWN
from db.models.service import ApiTokenRow, HeartbeatRow
from db.models.sources import (
    HostRow,
    PageRow,
    RunRow,
    SourceRow,
    SourceSlugRow,
    WalkRow,
)

__all__ = [
    "CHANGES",
    "EDITED",
    "NEWS",
    "WITHDRAWN",
    "ApiTokenRow",
    "ArticleMarkRow",
    "ArticleRow",
    "ArticleTermRow",
    "ArticleUrlRow",
    "ArticleWordsRow",
    "AttemptRow",
    "BlockedAddressRow",
    "DeliveryRow",
    "EventRow",
    "FanoutRow",
    "FeedRow",
    "HeartbeatRow",
    "HostRow",
    "HubLeaseRow",
    "HubRequestRow",
    "HubSubscriberRow",
    "HubTopicRow",
    "PageRow",
    "PayloadRow",
    "RevisionRow",
    "RunRow",
    "SourceRow",
    "SourceSlugRow",
    "StreamRow",
    "SubscriptionRow",
    "TermRow",
    "WalkRow",
]
