#include "analyzer/engine/check.h"

namespace plimsoll::checks::secret_mount_mode_permissive {

// The bits of an octal mode; nothing for anything else.
static std::optional<unsigned> octal(std::string_view text) {
    unsigned bits = 0;
    if (text.empty() || text.size() > 5) return std::nullopt;
    for (char c : text) {
        if (c < '0' || c > '7') return std::nullopt;
        bits = bits * 8 + static_cast<unsigned>(c - '0');
    }
    return bits;
}

// Whether the step can still read the secret when only its owner may: the owner is root unless uid= says otherwise.
static bool read_by_owner(const docker::Instruction& run, const docker::Mount& mount) {
    if (!run.stage || run.is_trigger) return false;
    const docker::UserInfo user = run.stage->user_before(run);
    if (!user.set_by) return false;
    const docker::MountField* uid = mount.field("uid");
    return uid ? user.value == uid->value.value : user.is_root();
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction* in : file.all(docker::Keyword::run, true)) {
        if (!in->flag("mount")) continue;
        for (const docker::Mount& mount : in->mounts()) {
            if (mount.type() != "secret" && mount.type() != "ssh") continue;
            const docker::MountField* mode = mount.field("mode");
            const std::optional<unsigned> bits = mode ? octal(mode->value.value) : std::nullopt;
            if (!bits || (*bits & 077U) == 0) continue;
            const std::string own = std::string("0") + static_cast<char>('0' + (*bits >> 6 & 7U)) + "00";
            report
                .at(mode->value,
                    "mode " + quote(mode->value.value) + " lets other accounts read the secret; use " + own + ", with uid= for the one that needs it")
                .fix("Leave access to the owner alone", read_by_owner(*in, mount) ? Safety::safe : Safety::unsafe, {mode->value.span, own});
        }
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM debian:13
USER root
RUN --mount=type=secret,id=token,mode=0444 make
                                      ^^^^ mode '0444' lets other accounts read the secret; use 0400, with uid= for the one that needs it
USER 1000
RUN --mount=type=ssh,mode=660,uid=1000 make
                          ^^^ mode '660' lets other accounts read the secret; use 0600, with uid= for the one that needs it
)",
                                        .good = R"(
FROM debian:13
USER root
RUN --mount=type=secret,id=token,mode=0400 make
USER 1000
RUN --mount=type=ssh,mode=0600,uid=1000 make
)"},
                                       {.bad = R"(
FROM debian:13
USER 1000
RUN --mount=type=secret,id=token,mode=0644 make
                                      ^^^^ mode '0644' lets other accounts read the secret; use 0600, with uid= for the one that needs it
)",
                                        .good = R"(
FROM debian:13
USER 1000
RUN --mount=type=secret,id=token,mode=0600 make
)"},
                                       {.bad = R"(
FROM debian:13
RUN --mount=type=secret,id=a,mode=0777 make
                                  ^^^^ mode '0777' lets other accounts read the secret; use 0700, with uid= for the one that needs it
)",
                                        .good = R"(
FROM debian:13
RUN --mount=type=secret,id=a,mode=0700 --mount=type=cache,target=/c,mode=0777 make
RUN --mount=type=secret,id=a,mode=$MODE make
)",
                                        .fixed = false}};

extern constinit const Check secret_mount_mode_permissive = {
    .id = "secret-mount-mode-permissive",
    .title = "Secret or SSH mount is readable by others.",
    .category = Category::security,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why = "The default mode gives the secret to one account. A wider one lets every process of the step read it, the scripts of packages among them that were "
           "made to run as somebody else.",
    .aliases = {"sonar:S6469"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
