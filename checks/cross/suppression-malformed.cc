#include "analyzer/engine/check.h"

namespace plimsoll::checks::suppression_malformed {

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
# plimsoll: ignore add-instead-of-copy
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this plimsoll comment silences nothing: name the checks: ignore[ID,ID]
ADD app.py /srv/
)",
                                        .good = R"(
FROM alpine:3.22
# plimsoll: ignore[add-instead-of-copy]
ADD app.py /srv/
)"},
                                       {.bad = R"(
FROM alpine:3.22
# hadolint ignore=DL3020 we mean it
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this hadolint comment silences nothing: set the reason off with '#'
ADD app.py /srv/
)",
                                        .good = R"(
FROM alpine:3.22
# hadolint ignore=DL3020 # we mean it
ADD app.py /srv/
)"}};

// The engine finds what this check reports while it applies the suppressions; see judge_suppressions().
extern constinit const Check suppression_malformed = {
    .id = "suppression-malformed",
    .title = "A suppression comment cannot be read.",
    .category = Category::correctness,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .why = "A comment that was meant to silence a finding is not written as its tool wants it, so it has no effect.",
    .examples = examples,
};

}
