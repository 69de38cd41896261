#include "analyzer/engine/check.h"

#include <algorithm>
#include <set>

namespace plimsoll::checks::apk_virtual_missing {

static void run(const docker::Dockerfile& file, Reporter& report) {
    const docker::PackageUse* first = nullptr;   // the first add of this RUN without a group
    bool grouped = false, reported = false;
    std::set<std::string_view> added;
    for (const docker::PackageUse& use : file.package_uses()) {
        if (use->manager != shell::Manager::apk) continue;
        if (first && &use.instruction() != &first->instruction()) first = nullptr;
        if (!first) grouped = reported = false, added.clear();
        if (use->action == "install") {
            if (!first) first = &use;
            grouped = grouped || use->has("virtual");
            for (const shell::Word* operand : use->operands) added.insert(std::string_view(operand->value).substr(0, operand->value.find_first_of("=<>~@")));
        } else if (use->action == "remove" && first && !grouped && !reported) {
            bool same = std::ranges::any_of(use->operands, [&](const shell::Word* operand) { return added.contains(operand->value); });
            if (!same) continue;
            report.at(*first->call.subcommand, "some of these packages are deleted again; put them in a group: apk add --virtual .build-deps")
                .related(use->subcommand->span(), "deleted here");
            reported = true;
        }
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
RUN apk add --no-cache gcc make && make && apk del gcc make
        ^^^ some of these packages are deleted again; put them in a group: apk add --virtual .build-deps
)",
                                        .good = R"(
FROM alpine:3.22
RUN apk add --no-cache --virtual .build-deps gcc make && make && apk del .build-deps
RUN apk add --no-cache -t .b git curl && apk del curl
RUN apk add --no-cache curl && apk del busybox-extras
)",
                                        .fixed = false}};

extern constinit const Check apk_virtual_missing = {
    .id = "apk-virtual-missing",
    .title = "apk add and del without a virtual group.",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "Two lists of the same packages drift apart, and what is forgotten in the second stays in the image. "
           "A group has one list, and deleting it takes the dependencies along that nothing else needs.",
    .aliases = {"dockerfilelint:apkadd-missing-virtual"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
