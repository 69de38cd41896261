#include "analyzer/engine/check.h"

namespace plimsoll::checks::suppression_expired {

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
# plimsoll: ignore[add-instead-of-copy] until=2020-01-31 until the archive is there
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this suppression ended on 2020-01-31; remove it or set a new date
ADD app.py /srv/
)",
                                        .good = R"(
FROM alpine:3.22
# plimsoll: ignore[add-instead-of-copy] until=9999-12-31 until the archive is there
ADD app.py /srv/
)"}};

// The engine finds what this check reports while it applies the suppressions; see judge_suppressions().
extern constinit const Check suppression_expired = {
    .id = "suppression-expired",
    .title = "A suppression comment is past its date.",
    .category = Category::compliance,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .why = "Somebody accepted the finding for a while and the while is over: the comment has no effect any more.",
    .examples = examples,
};

}
