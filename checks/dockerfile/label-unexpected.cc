#include "analyzer/engine/check.h"
#include "analyzer/engine/config.h"

namespace plimsoll::checks::label_unexpected {

static void run(const docker::Dockerfile& file, Reporter& report) {
    if (!report.settings().strict_labels) return;
    const LabelSchema& schema = report.settings().label_schema;
    for (const docker::Instruction* label : file.all(docker::Keyword::label, true))
        for (const docker::Pair& pair : label->pairs) {
            const std::optional<std::string> key = file.expand(pair.key, *label);
            if (key && !schema.contains(*key)) report.at(pair.key, "label " + quote(*key) + " is not in the label schema; remove it or list it there");
        }
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
LABEL vendor=acme "nickname"=x
                  ^^^^^^^^^^ label 'nickname' is not in the label schema; remove it or list it there
)",
                                        .good = R"(
FROM alpine:3.22
LABEL vendor=acme
)",
                                        .config = "{label-schema: {vendor: text}, strict-labels: true}"},
                                       {.bad = R"(
FROM alpine:3.22
LABEL vendor=acme
      ^^^^^^ label 'vendor' is not in the label schema; remove it or list it there
)",
                                        .good = R"(
FROM alpine:3.22
)",
                                        .config = "strict-labels: true"}};

extern constinit const Check label_unexpected = {
    .id = "label-unexpected",
    .title = "Label is not in the label schema.",
    .category = Category::compliance,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .why = "With strict-labels the configuration allows only the labels it lists, so that a misspelt key is noticed. Without that setting nothing is reported.",
    .aliases = {"hadolint:DL3050"},
    .examples = examples,
    .run = on(docker::Keyword::label, run),
};

}
