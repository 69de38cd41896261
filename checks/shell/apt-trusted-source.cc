#include "analyzer/docker/layer.h"
#include "analyzer/engine/check.h"

#include <algorithm>

namespace plimsoll::checks::apt_trusted_source {

namespace {

// Checks a download against something: sha256sum -c, gpg --verify.
bool verifies(const docker::Command& command) {
    constexpr std::string_view tools[] = {"sha256sum", "sha512sum", "sha1sum",  "shasum",        "md5sum", "gpg",    "gpgv",
                                          "cosign",    "minisign",  "dpkg-sig", "debsig-verify", "b2sum",  "openssl"};
    return std::ranges::find(tools, command->base_name()) != std::end(tools);
}

bool installs_files(const docker::Command& command) {
    auto says_install = [](const shell::Word& word) { return word == "--install" || (word.starts_with("-i") && word.value.size() < 4); };
    return command->is("dpkg") && std::ranges::any_of(command->arguments(), says_install);
}

// A package fetched over a connection that anyone may answer on, then installed by dpkg, which checks no signature.
void plain_downloads(const docker::Dockerfile& file, Reporter& report) {
    const docker::Instruction* judged = nullptr;
    for (const docker::Command& command : file.commands()) {
        if (!installs_files(command) || &command.instruction() == judged) continue;
        judged = &command.instruction();
        std::span<const docker::Command> all = file.commands_of(*judged);
        if (std::ranges::any_of(all, verifies)) continue;
        for (const docker::Command& fetch : all) {
            if (fetch->span.begin > command->span.begin) break;
            if (!fetch->is("curl") && !fetch->is("wget")) continue;
            for (const shell::Word& word : fetch->arguments())
                if (word.starts_with("http://") && word.value.ends_with(".deb"))
                    report.at(word, "dpkg installs this package and nothing verifies it; fetch it over https or check its digest");
        }
    }
}

void run(const docker::Dockerfile& file, Reporter& report) {
    constexpr std::string_view marks[] = {"trusted=yes", "allow-insecure=yes", "Trusted: yes", "Allow-Insecure: yes"};
    for (std::string_view mark : marks)
        for (const docker::Mention& mention : docker::mentions(file, mark))
            report.at(mention.span, quote(mark) + " makes apt take unsigned packages from this source; give its key with signed-by");
    plain_downloads(file, report);
}

}

static constexpr Example examples[] = {
    {.bad = R"(
FROM debian:12
RUN echo "deb [trusted=yes] https://example.org/debian stable main" > /etc/apt/sources.list.d/x.list
               ^^^^^^^^^^^ 'trusted=yes' makes apt take unsigned packages from this source; give its key with signed-by
RUN wget http://example.org/a.deb && dpkg -i a.deb
         ^^^^^^^^^^^^^^^^^^^^^^^^ dpkg installs this package and nothing verifies it; fetch it over https or check its digest
)",
     .good = R"(
FROM debian:12
RUN echo "deb [signed-by=/etc/apt/keyrings/x.asc] https://example.org/debian stable main" > /etc/apt/sources.list.d/x.list
RUN wget http://example.org/a.deb && echo "0123  a.deb" | sha256sum -c && dpkg -i a.deb
RUN wget https://example.org/b.deb && dpkg -i b.deb
)",
     .fixed = false},
    {.bad = R"(
FROM debian:12
COPY <<EOF /etc/apt/sources.list.d/x.sources
Types: deb
Trusted: yes
^^^^^^^^^^^^ 'Trusted: yes' makes apt take unsigned packages from this source; give its key with signed-by
EOF
)",
     .good = R"(
FROM debian:12
# Trusted: yes
COPY x.sources /etc/apt/sources.list.d/
)",
     .fixed = false},
};

extern constinit const Check apt_trusted_source = {
    .id = "apt-trusted-source",
    .title = "apt source marked trusted or added without a key.",
    .category = Category::supply_chain,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "apt installs whatever such a source offers, signed or not, and its packages run scripts as root. "
           "A mirror, a proxy or whoever holds the name can put a package of their own into the image.",
    .standards = {"CIS-Docker-4.11", "MITRE-T1195"},
    .examples = examples,
    .run = on({docker::Keyword::run, docker::Keyword::copy, docker::Keyword::add}, run),
};

}
