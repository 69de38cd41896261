#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "analyzer/engine/check.h"
#include "analyzer/engine/config.h"
#include "images.h"
#include "releases.h"

namespace plimsoll::checks::base_image_eol {

namespace {

// Days since some day long ago; nullopt when the text is no YYYY-MM-DD.
std::optional<long> day_number(std::string_view date) {
    if (date.size() != 10) return std::nullopt;
    auto number = [&](std::size_t at, std::size_t count) {
        long value = -1;
        std::from_chars(date.data() + at, date.data() + at + count, value);
        return value;
    };
    long year = number(0, 4), month = number(5, 2), day = number(8, 2);
    if (year < 0 || month < 1 || day < 1) return std::nullopt;
    // Years that begin in March have the leap day at their end.
    if (month < 3) --year, month += 12;
    return 365 * year + year / 4 - year / 100 + year / 400 + (153 * (month - 3) + 2) / 5 + day;
}

// What is over, for the message.
struct Ended {
    std::string release;   // "Debian buster"
    std::string_view end;
    std::size_t begin = 0, length = 0;   // where the tag says so
};

bool digit(char c) { return c >= '0' && c <= '9'; }

// Whether a version or codename belongs to a cycle: 3.7 and 3.7.17 to "3.7", 3.70 not.
bool in_cycle(std::string_view version, std::string_view cycle) {
    if (!version.starts_with(cycle)) return false;
    if (version.size() == cycle.size()) return true;
    const char next = version[cycle.size()];
    return digit(cycle.back()) ? !digit(next) : next == '-';
}

// The longest cycle of the product that takes the version.
const Release* release_of(std::string_view product, std::string_view version) {
    const Release* best = nullptr;
    for (const Release& release : releases)
        if (release.product == product && in_cycle(version, release.cycle) && (!best || best->cycle.size() < release.cycle.size())) best = &release;
    return best;
}

std::string title_of(const Release& release) {
    for (const Product& product : products)
        if (product.name == release.product) return std::string(product.title) + ' ' + std::string(release.cycle);
    return std::string(release.cycle);
}

// The name on docker.io of an official image, wherever it is mirrored and for whatever architecture it is built.
std::string plain_name(const docker::Reference& image) {
    std::string name = image.familiar();
    for (std::string_view mirror : {"public.ecr.aws/docker/library/", "mirror.gcr.io/library/", "registry.hub.docker.com/library/", "index.docker.io/library/",
                                    "mcr.microsoft.com/mirror/docker/library/"})
        if (name.starts_with(mirror)) name.erase(0, mirror.size());
    for (std::string_view port : {"amd64/", "i386/", "arm32v5/", "arm32v6/", "arm32v7/", "arm64v8/", "ppc64le/", "s390x/", "riscv64/", "library/"})
        if (name.starts_with(port)) name.erase(0, port.size());
    return name;
}

std::string_view product_of(std::string_view name) {
    for (const Repository& repository : repositories)
        if (repository.name == name) return repository.product;
    return {};
}

// ubi7/ubi-minimal, rhel7: the release is part of the name.
const Release* release_in_name(std::string_view name) {
    for (std::string_view prefix : {"registry.access.redhat.com/ubi", "registry.access.redhat.com/rhel", "registry.redhat.io/ubi", "registry.redhat.io/rhel"})
        if (name.starts_with(prefix)) return release_of("rhel", name.substr(prefix.size()));
    return nullptr;
}

// Codenames that are words of their own count for official images only.
bool everyday_word(std::string_view word) {
    constexpr std::string_view words[] = {"vivid", "wily", "zesty", "artful", "cosmic", "disco", "groovy", "lunar", "precise", "mantic", "trusty"};
    return std::ranges::find(words, word) != std::end(words);
}

// A part of a composite tag that names what the image is built on: "buster", "alpine3.14", "ubuntu18.04", "php7.4".
const Release* release_of_part(std::string_view part, bool official) {
    for (std::string_view product : {"alpine", "ubuntu", "debian", "centos", "fedora", "php", "python"}) {
        if (!part.starts_with(product) || part.size() == product.size()) continue;
        const std::string_view version = part.substr(product.size());
        return digit(version.front()) && (version.find('.') != std::string_view::npos || product == "debian" || product == "centos" || product == "fedora")
                   ? release_of(product, version)
                   : nullptr;
    }
    if (part.empty() || digit(part.front()) || (!official && everyday_word(part))) return nullptr;
    const Release* release = release_of("debian", part);
    return release ? release : release_of("ubuntu", part);
}

class Judge {
public:
    Judge(const Reporter& report, long today) : own_(report.list("eol_table")), today_(today - report.number("grace_days")) {}

    std::optional<Ended> ended(const docker::Reference& image) const {
        const std::string name = plain_name(image);
        const std::string_view tag = image.tag_value();
        if (auto found = own(image, tag)) return found;
        if (const Release* release = release_in_name(name); release && over(release->end)) return Ended{title_of(*release), release->end, 0, 0};
        const std::string_view product = product_of(name);
        if (tag.empty()) return std::nullopt;
        if (auto found = leading(product, tag)) return found;
        return in_parts(tag, !product.empty() || name.find('/') == std::string::npos);
    }

private:
    bool over(std::string_view end) const {
        const std::optional<long> day = day_number(end);
        return day && *day < today_;
    }

    // The version at the start of the tag, also as "v1.2" or "centos7".
    std::optional<Ended> leading(std::string_view product, std::string_view tag) const {
        if (product.empty()) return std::nullopt;
        std::size_t begin = tag.starts_with(product) ? product.size() : tag.size() > 1 && tag[0] == 'v' && digit(tag[1]) ? 1 : 0;
        const std::string_view version = tag.substr(begin);
        const Release* release = version.empty() ? nullptr : release_of(product, version);
        if (!release && product == "debian" && !version.empty()) release = release_of("ubuntu", version);   // buildpack-deps has both
        if (!release || !over(release->end)) return std::nullopt;
        return Ended{title_of(*release), release->end, 0, std::min(tag.find('-'), tag.size())};
    }

    std::optional<Ended> in_parts(std::string_view tag, bool official) const {
        for (std::size_t at = 0; at < tag.size();) {
            const std::size_t end = std::min(tag.find_first_of("-_", at), tag.size());
            const Release* release = release_of_part(tag.substr(at, end - at), official);
            if (release && over(release->end)) return Ended{title_of(*release), release->end, at, end - at};
            at = end + 1;
        }
        return std::nullopt;
    }

    // Entries "name:version=YYYY-MM-DD" of the configuration.
    std::optional<Ended> own(const docker::Reference& image, std::string_view tag) const {
        for (const std::string& entry : own_) {
            const std::string_view row = entry;
            const std::size_t equals = row.rfind('='), colon = row.substr(0, equals).rfind(':');
            if (equals == std::string_view::npos || colon == std::string_view::npos) continue;
            const std::string_view version = row.substr(colon + 1, equals - colon - 1), end = row.substr(equals + 1);
            if (version.empty() || row.substr(0, colon) != image.familiar() || !in_cycle(tag, version) || !over(end)) continue;
            return Ended{std::string(row.substr(0, equals)), end, 0, tag.size()};
        }
        return std::nullopt;
    }

    const std::vector<std::string>& own_;
    long today_;
};

void run(const docker::Dockerfile& file, Reporter& report) {
    const std::optional<long> today = day_number(report.settings().today);
    if (!today) return;
    const Judge judge(report, *today);
    for (const ImageUse& use : base_images(file)) {
        const std::optional<Ended> ended = judge.ended(use.image);
        if (!ended) continue;
        const docker::Reference::Part tag = use.image.tag;
        const Span place =
            ended->length > 0 ? use.place({tag.begin + ended->begin, tag.begin + ended->begin + ended->length}) : use.place({0, use.image.name_end()});
        use.explain(file, report.at(place, ended->release + " has had no security fixes since " + std::string(ended->end) + "; move to a supported release"));
    }
}

constexpr Option options[] = {
    {.name = "eol_table", .value = {}, .what = "Further releases with the last day of their support, each as name:version=YYYY-MM-DD."},
    {.name = "grace_days", .type = Option::Type::number, .value = "0", .what = "Days after the end of support before a release is reported."},
};

constexpr Example examples[] = {{.bad = R"(
FROM debian:buster-slim
            ^^^^^^ Debian buster has had no security fixes since 2024-06-30; move to a supported release
)",
                                 .good = R"(
FROM debian:bookworm-slim
FROM debian
FROM debian:stable
FROM python:3
FROM alpine:3.22
FROM example.org/team/app:16.04
)"},
                                {.bad = R"(
FROM node:22-buster
             ^^^^^^ Debian buster has had no security fixes since 2024-06-30; move to a supported release
FROM python:3.7.17-alpine3.14
            ^^^^^^ Python 3.7 has had no security fixes since 2023-06-27; move to a supported release
FROM example.org/cuda:11.0-base-ubuntu18.04
                                ^^^^^^^^^^^ Ubuntu 18.04 has had no security fixes since 2023-05-31; move to a supported release
FROM registry.access.redhat.com/ubi7/ubi
     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Red Hat Enterprise Linux 7 has had no security fixes since 2024-06-30; move to a supported release
FROM centos:centos7
            ^^^^^^^ CentOS 7 has had no security fixes since 2024-06-30; move to a supported release
)",
                                 .good = R"(
FROM node:22-bookworm
FROM python:3.13-alpine3.22
FROM example.org/cuda:12.8-base-ubuntu24.04
FROM registry.access.redhat.com/ubi9/ubi
FROM golang:1.25
FROM postgres:17
FROM mcr.microsoft.com/dotnet/sdk:8.0
)"},
                                {.bad = R"(
ARG NODE=16
FROM node:$NODE
     ^^^^^^^^^^ Node.js 16 has had no security fixes since 2023-09-11; move to a supported release
)",
                                 .good = R"(
ARG NODE
FROM node:$NODE
)"},
                                {.bad = R"(
FROM example.org/base:4.1
                      ^^^ example.org/base:4 has had no security fixes since 2025-06-30; move to a supported release
)",
                                 .good = R"(
FROM example.org/base:5
FROM fedora:41
)",
                                 .config = "checks:\n  base-image-eol:\n    eol_table: [\"example.org/base:4=2025-06-30\"]\n    grace_days: 180\n"}};

}

extern constinit const Check base_image_eol = {
    .id = "base-image-eol",
    .title = "Base image distribution or runtime is end of life.",
    .category = Category::supply_chain,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "Holes that are found from that day on are not closed any more, not even by rebuilding. "
           "Package archives of old distributions also move away, and then apt-get or yum fail. "
           "The dates are part of the program; no registry is asked.",
    .standards = {"CIS-Docker-4.4", "NIST-800-190-4.1.1", "OWASP-K10"},
    .options = options,
    .examples = examples,
    .run = on(docker::Keyword::from, run),
};

}
