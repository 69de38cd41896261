#include <CLI/CLI.hpp>

#include "analyzer/cli/check_command.h"
#include "analyzer/cli/terminal.h"
#include "analyzer/cli/tools.h"
#include "analyzer/output/version.h"

using namespace plimsoll;

namespace {

void add_selection(CLI::App& command, cli::CheckArguments& arguments) {
    command.add_option("--profile", arguments.profile, "Checks to run: bugs, recommended, strict, or the name of a peer")->type_name("NAME");
    command.add_option("--select", arguments.select, "Run only these checks or categories")->type_name("ID,...")->delimiter(',')->allow_extra_args(false);
    command.add_option("--ignore", arguments.ignore, "Leave these checks out")->type_name("ID,...")->delimiter(',')->allow_extra_args(false);
    command.add_option("--config", arguments.config, "Read this configuration instead of the nearest .plimsoll.yaml")->type_name("FILE");
    command.add_flag("--no-config", arguments.no_config, "Read no configuration file at all");
    command.add_option("--show-config", arguments.show_config, "Say which file sets what for FILE, and end")->type_name("FILE");
    command.add_flag("--no-suppressions", arguments.no_suppressions, "Show what comments in the files silence, too");
    command.add_flag("--show-suppressed", arguments.show_suppressed, "List suppressed findings, marked as such");
}

void add_output(CLI::App& command, cli::CheckArguments& arguments) {
    command.add_option("-f,--format", arguments.formats, "text, concise, json or sarif; =FILE writes it there; repeatable")
        ->type_name("FORMAT[=FILE]")
        ->allow_extra_args(false);
    command.add_option("--fail-on", arguments.fail_on, "Lowest severity that gives exit code 1, or never (default: low)")->type_name("LEVEL");
    command.add_option("--color", arguments.color, "Colours: auto, always or never")->type_name("WHEN")->check(CLI::IsMember({"auto", "always", "never"}));
    command.add_flag("--statistics", arguments.statistics, "Count the findings of each check");
    command.add_flag("-q,--quiet", arguments.quiet, "Findings and failures only");
    command.add_flag("-v,--verbose", arguments.verbose, "Name every file that could not be read in full");
}

void add_fixes(CLI::App& command, cli::CheckArguments& arguments) {
    command.add_flag("--fix", arguments.fix, "Apply safe fixes to the files; with '-' the fixed text goes to standard output");
    command.add_flag("--unsafe-fixes", arguments.unsafe_fixes, "With --fix or --diff: also fixes that may change the meaning");
    command.add_flag("--diff", arguments.diff, "Print what --fix would do as a unified diff, change nothing");
}

void add_build(CLI::App& command, cli::CheckArguments& arguments) {
    command.add_option("--build-arg", arguments.build_arguments, "Value of a build argument")->type_name("NAME=VALUE")->allow_extra_args(false);
    command.add_option("--target", arguments.target, "Stage that is built (default: the last)")->type_name("STAGE");
    command.add_option("--kubernetes-version", arguments.kubernetes_version, "Version of the API server the manifests are for")->type_name("VERSION");
    command.add_flag("--complete", arguments.complete, "The named files are everything there is");
    command.add_option("--stdin-filename", arguments.stdin_filename, "Name for standard input: kind, configuration and surroundings follow it")
        ->type_name("NAME");
    command.add_option("-j,--jobs", arguments.threads, "Threads (default: one for each core)")->type_name("N");
}

void add_check(CLI::App& app, cli::CheckArguments& arguments) {
    CLI::App& command = *app.add_subcommand("check", "Analyse files and folders");
    command.add_option("PATH", arguments.paths, "Files, folders, or - for standard input (default: .)")->type_name("");
    add_selection(command, arguments);
    add_output(command, arguments);
    add_fixes(command, arguments);
    add_build(command, arguments);
}

void add_list(CLI::App& app, cli::ListArguments& arguments) {
    CLI::App& command = *app.add_subcommand("list", "List the checks");
    command.add_option("-f,--format", arguments.format, "text, json or markdown")->type_name("FORMAT")->check(CLI::IsMember({"text", "json", "markdown"}));
    command.add_option("--area", arguments.area, "Only this area: dockerfile, shell, ...")->type_name("NAME");
    command.add_option("--profile", arguments.profile, "Only what this profile runs")->type_name("NAME");
    command.add_option("--category", arguments.category, "Only this category")->type_name("NAME");
}

int run(int count, char** words) {
    CLI::App app("Finds what is wrong with Dockerfiles and Kubernetes manifests, at the exact bytes.", "plimsoll");
    app.set_version_flag("--version", "plimsoll " + std::string(version));
    app.require_subcommand(1);
    cli::CheckArguments check;
    cli::ListArguments list;
    std::string explained, kind;
    std::vector<std::string> files;
    bool stdio = false;

    add_check(app, check);
    CLI::App* explain = app.add_subcommand("explain", "Why a check exists, with examples");
    explain->add_option("ID", explained, "Check, or a peer's id such as DL3008")->required()->type_name("");
    add_list(app, list);
    CLI::App* dump = app.add_subcommand("dump", "What the parser makes of files, for tests");
    dump->add_option("KIND", kind, "dockerfile or documents")->required()->type_name("")->check(CLI::IsMember({"dockerfile", "documents"}));
    dump->add_option("FILE", files, "Files")->required()->type_name("");
    CLI::App* lsp = app.add_subcommand("lsp", "Language server on standard input and output");
    lsp->add_flag("--stdio", stdio, "Accepted, standard input and output are the only channel");

    try {
        app.parse(count, words);
    } catch (const CLI::Success& wish) {
        return app.exit(wish);
    } catch (const CLI::ParseError& problem) {
        app.exit(problem);
        return 2;
    }
    if (explain->parsed()) return cli::explain(explained);
    if (dump->parsed()) return cli::dump(kind, files);
    if (lsp->parsed()) return cli::language_server();
    return app.got_subcommand("list") ? cli::list(list) : cli::check(check);
}

}

int main(int count, char** words) {
    try {
        // Editors start the server they know as "docker-langserver --stdio".
        if (count > 0 && cli::is_language_server_name(words[0])) return cli::language_server();
        return run(count, words);
    } catch (const std::exception& problem) {
        cli::print(stderr, std::string("plimsoll: internal error: ") + problem.what() + "\n");
        return 2;
    }
}
