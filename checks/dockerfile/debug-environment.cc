#include "analyzer/engine/check.h"

#include <algorithm>

namespace plimsoll::checks::debug_environment {

using docker::Instruction;
using docker::Keyword;

static std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
    return out;
}

// "NAME" is a switch, "NAME=value" a mode, "NAME~part" an option among others.
static bool turns_on(std::string_view rule, std::string_view name, const std::string& value) {
    const std::size_t end = rule.find_first_of("=~");
    if (name != rule.substr(0, end)) return false;
    if (end == std::string_view::npos) return value == "1" || value == "true" || value == "yes" || value == "on" || value == "*";
    return rule[end] == '=' ? value == rule.substr(end + 1) : value.find(rule.substr(end + 1)) != std::string::npos;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    const std::vector<std::string>& rules = report.list("variables");
    for (const Instruction* env : file.all(Keyword::env)) {
        if (!env->stage || !file.in_result(*env->stage)) continue;
        for (const docker::Pair& pair : env->pairs) {
            const bool candidate =
                std::any_of(rules.begin(), rules.end(), [&](std::string_view rule) { return rule.substr(0, rule.find_first_of("=~")) == pair.key.value; });
            if (!candidate) continue;
            const std::optional<std::string> value = file.expand(pair.value, *env);
            if (value && std::any_of(rules.begin(), rules.end(), [&](std::string_view rule) { return turns_on(rule, pair.key.value, lower(*value)); }))
                report.at(cover(pair.key.span, pair.value.span),
                          quote(pair.key.value) + " turns on debugging or development mode in the image; set it where the container is started");
        }
    }
}

static constexpr Option options[] = {
    {.name = "variables",
     .value = "FLASK_ENV=development FLASK_DEBUG DJANGO_DEBUG DEBUG APP_DEBUG WERKZEUG_DEBUG_PIN=off NODE_ENV=development RAILS_ENV=development "
              "RACK_ENV=development "
              "APP_ENV=dev APP_ENV=local ASPNETCORE_ENVIRONMENT=development DOTNET_ENVIRONMENT=development SYMFONY_ENV=dev PHP_DISPLAY_ERRORS "
              "JAVA_TOOL_OPTIONS~jdwp JAVA_OPTS~jdwp NODE_OPTIONS~--inspect",
     .what = "NAME (a switch), NAME=value, or NAME~part of the value; values in lower case."},
};

static constexpr Example examples[] = {{.bad = R"(
FROM python:3.14
ENV FLASK_DEBUG=1 LANG=C.UTF-8
    ^^^^^^^^^^^^^ 'FLASK_DEBUG' turns on debugging or development mode in the image; set it where the container is started
ENV ASPNETCORE_ENVIRONMENT Development
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'ASPNETCORE_ENVIRONMENT' turns on debugging or development mode in the image; set it where the container is started
)",
                                        .good = R"(
FROM node:22 AS build
ENV NODE_ENV=development
FROM node:22
ENV NODE_ENV=production DEBUG=0
)"}};

extern constinit const Check debug_environment = {
    .id = "debug-environment",
    .title = "Image turns on debug or development mode.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::strict,
    .why = "Development modes show source code and settings on error pages, accept a debugger or reload code. As ENV they are the default of every container "
           "of the image.",
    .aliases = {"sonar:S4507"},
    .options = options,
    .examples = examples,
    .run = on(Keyword::env, run),
};

}
