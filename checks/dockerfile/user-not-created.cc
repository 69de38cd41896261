#include "analyzer/engine/check.h"

#include <algorithm>

namespace plimsoll::checks::user_not_created {

using docker::Instruction;
using docker::Keyword;
using docker::Reference;
using docker::Stage;

namespace {

struct Base {
    std::string_view name;       // as in "alpine"; a leading part of the name when it ends in '/'
    std::string_view accounts;   // separated by blanks
};

}

// What /etc/passwd of these images holds; nothing else can be assumed of an image.
static constexpr Base bases[] = {
    {"alpine",
     "root bin daemon lp sync shutdown halt mail news uucp cron ftp sshd games ntp guest nobody operator man postmaster adm at squid xfs cyrus vpopmail smmsp"},
    {"busybox", "root daemon bin sys sync mail www-data operator nobody"},
    {"debian", "root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc gnats _apt nobody"},
    {"ubuntu", "root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc gnats _apt nobody ubuntu systemd-network systemd-resolve"},
    {"gcr.io/distroless/", "root nobody nonroot"},
};

static bool holds(std::string_view list, std::string_view item) {
    for (std::size_t at = list.find(item); at != std::string_view::npos; at = list.find(item, at + 1)) {
        const std::size_t end = at + item.size();
        if ((at == 0 || list[at - 1] == ' ') && (end == list.size() || list[end] == ' ')) return true;
    }
    return false;
}

// nullptr when nothing is known of the accounts; "" for an image without any.
static const Base* base_of(const Stage& stage) {
    static constexpr Base none = {"scratch", ""};
    if (stage.root_scratch()) return &none;
    const std::optional<Reference>& image = stage.root_image();
    if (!image) return nullptr;
    const std::string name = image->familiar();
    for (const Base& base : bases)
        if (base.name.ends_with('/') ? name.starts_with(base.name) : name == base.name) return &base;
    return nullptr;
}

// A COPY or ADD that may bring /etc/passwd.
static bool may_bring_accounts(const docker::Dockerfile& file, const Instruction& copy) {
    const Text* destination = copy.destination();
    if (!destination) return false;
    const std::optional<std::string> value = file.expand(*destination, copy);
    if (!value || !value->starts_with('/')) return true;
    if (value->starts_with("/etc")) return true;
    return value->find_first_not_of('/') == std::string::npos;
}

// Any step of the stages that could create an account before `user`. A distroless image or scratch has no shell, still a RUN --mount can write.
static bool may_create(const docker::Dockerfile& file, const Instruction& user) {
    for (const Stage* stage : user.stage->chain())
        for (const Instruction* in : stage->instructions) {
            if (in->index > user.index) break;
            if (in->keyword == Keyword::run) return true;
            if ((in->keyword == Keyword::copy || in->keyword == Keyword::add) && may_bring_accounts(file, *in)) return true;
        }
    return false;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    const Stage* stage = file.target();
    if (!stage) return;
    const docker::UserInfo user = stage->user();
    if (!user.set_by || !user.known() || *user.value == "root") return;
    const std::string& name = *user.value;
    if (std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; })) return;
    const Base* base = base_of(*stage);
    if (!base || holds(base->accounts, name)) return;
    for (const std::string& known : report.list("known_accounts"))
        if (known == name) return;
    if (may_create(file, *user.set_by)) return;
    report.at(user.name,
              "no step creates the account " + quote(name) + (base->accounts.empty() ? " and scratch has none" : "") + "; use a number or create it");
}

static constexpr Option options[] = {
    {.name = "known_accounts", .value = "", .what = "Further accounts that the base images in use provide."},
};

static constexpr Example examples[] = {{.bad = R"(
FROM scratch
COPY app /app
USER nobody
     ^^^^^^ no step creates the account 'nobody' and scratch has none; use a number or create it
)",
                                        .good = R"(
FROM alpine:3.22 AS build
FROM scratch
COPY --from=build /etc/passwd /etc/passwd
COPY app /app
USER nobody
)"},
                                       {.bad = R"(
FROM gcr.io/distroless/static-debian12
COPY app /app
USER app:app
     ^^^ no step creates the account 'app'; use a number or create it
)",
                                        .good = R"(
FROM gcr.io/distroless/static-debian12
COPY app /app
USER nonroot:nonroot
)"},
                                       {.bad = R"(
FROM alpine:3.22
USER app
     ^^^ no step creates the account 'app'; use a number or create it
)",
                                        .good = R"(
FROM alpine:3.22
RUN ./accounts.sh
USER app
)"}};

extern constinit const Check user_not_created = {
    .id = "user-not-created",
    .title = "USER names an account that is never created.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "The name is looked up in the image's /etc/passwd when the container starts; without an entry it does not start. A number needs no entry.",
    .options = options,
    .examples = examples,
    .run = on(Keyword::user, run),
};

}
