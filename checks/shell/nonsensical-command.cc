#include <algorithm>
#include <array>

#include "analyzer/engine/check.h"

namespace plimsoll::checks::nonsensical_command {

// The commands all peers agree on; what users add is not theirs.
constexpr std::array<std::string_view, 9> agreed = {"free", "kill", "mount", "ps", "service", "shutdown", "ssh", "top", "vim"};

// A service that the same RUN goes on to use (service postgresql start && psql ...), and the kill that ends it.
static bool is_temporary_service(const docker::Command& at, bool started) {
    if (at->is("service")) return at->joint == shell::Joint::and_then || at->joint == shell::Joint::semicolon || at->joint == shell::Joint::newline || started;
    return started && (at->is("kill") || at->is("ps"));
}

// ssh with a forwarded agent, as in "ssh -T git@host" to test a key.
static bool has_agent(const docker::Instruction& run) {
    const std::vector<docker::Mount> mounts = run.mounts();
    return std::ranges::any_of(mounts, [](const docker::Mount& mount) { return mount.type() == "ssh" || mount.type() == "secret"; });
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    const std::vector<std::string>& names = report.list("commands");
    const docker::Instruction* current = nullptr;
    bool started = false;
    for (const docker::Command& command : file.commands()) {
        if (current != &command.instruction()) started = false;
        current = &command.instruction();
        const std::string_view name = command->base_name();
        const bool listed = std::ranges::find(names, name) != names.end();
        if (listed && !is_temporary_service(command, started) && !(name == "ssh" && (command->option("V") || has_agent(*current)))) {
            Draft draft = report.at(command->name_span(), quote(name) + " has nothing to work on in a build: no service, terminal or machine outlives a RUN");
            if (std::ranges::find(agreed, name) == agreed.end()) draft.only({});
        }
        started = started || command->joint == shell::Joint::background || name == "service";
    }
}

static constexpr Option options[] = {
    {"commands", Option::Type::list, "free ifconfig kill mount nano ps reboot service shutdown ssh top vi vim", "commands that make no sense in a build"},
};

static constexpr Example examples[] = {{.bad = R"(
FROM debian:12-slim
RUN service nginx start
    ^^^^^^^ 'service' has nothing to work on in a build: no service, terminal or machine outlives a RUN
RUN mount /data
    ^^^^^ 'mount' has nothing to work on in a build: no service, terminal or machine outlives a RUN
)",
                                        .good = R"(
FROM debian:12-slim
RUN apt-get install -y vim ssh && command -v top
RUN service postgresql start && createdb app && service postgresql stop
RUN server & sleep 1 && fill && kill $!
RUN --mount=type=ssh ssh -T git@example.org
CMD ["service", "nginx", "start"]
)"}};

extern constinit const Check nonsensical_command = {
    .id = "nonsensical-command",
    .title = "A command makes no sense inside an image build.",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::recommended,
    .why = "Processes, mounts and sessions end with the RUN that made them; only files stay. Commands that manage a running machine therefore do nothing for "
           "the image, "
           "and often show that a start-up step was meant for CMD or ENTRYPOINT.",
    .aliases = {"hadolint:DL3001", "kics:9b6b0f38-92a2-41f9-b881-3a1083d99f1b", "semgrep:nonsensical-command"},
    .options = options,
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
