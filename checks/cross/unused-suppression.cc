#include "analyzer/engine/check.h"

namespace plimsoll::checks::unused_suppression {

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
# plimsoll: ignore[no-such-check-anywhere] left over
                   ^^^^^^^^^^^^^^^^^^^^^^ no check is called 'no-such-check-anywhere'
COPY app.py /srv/
)",
                                        .good = R"(
FROM alpine:3.22
COPY app.py /srv/
)"},
                                       {
                                           .bad = R"(
FROM alpine:3.22
# hadolint disable=DL3020
^^^^^^^^^^^^^^^^^^^^^^^^^ this hadolint comment silences nothing: hadolint reads only '# hadolint ignore=ID,ID'
ADD app.py /srv/
)",
                                           .good = R"(
FROM alpine:3.22
# hadolint ignore=DL3020
ADD app.py /srv/
)",
                                           .fixed = false,
                                       }};

// The engine finds what this check reports while it applies the suppressions; see judge_suppressions().
extern constinit const Check unused_suppression = {
    .id = "unused-suppression",
    .title = "A suppression comment suppresses nothing.",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why = "A comment that hides nothing misleads readers, and it will hide the next real finding that appears at its place. "
           "It names an unknown check, stands where its tool does not look, or what it was written for is gone.",
    .examples = examples,
};

}
