#include "analyzer/cli/check_command.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "analyzer/cli/fix_command.h"
#include "analyzer/cli/terminal.h"
#include "analyzer/engine/analyze.h"
#include "analyzer/output/excerpt.h"
#include "analyzer/output/summary.h"
#include "analyzer/output/writer.h"

namespace plimsoll::cli {

namespace {

constexpr std::size_t most_named_files = 20;

struct Destination {
    const output::Format* format = nullptr;
    std::string file;   // "": standard output
};

void complain(const std::string& message) { print(stderr, output::printable("plimsoll: " + message) + "\n"); }

int usage(const std::string& message) {
    complain(message);
    return 2;
}

std::string known_formats() {
    std::string out;
    for (const output::Format& format : output::formats()) out += (out.empty() ? "" : ", ") + std::string(format.name);
    return out;
}

// Fills `out`; gives what is wrong with the wishes, "" when nothing is.
std::string parse_formats(const std::vector<std::string>& wishes, std::vector<Destination>& out) {
    bool has_output = false;
    for (const std::string& wish : wishes) {
        std::size_t equals = wish.find('=');
        Destination destination{output::find_format(wish.substr(0, equals)), equals == std::string::npos ? "" : wish.substr(equals + 1)};
        if (!destination.format) return "unknown format '" + wish.substr(0, equals) + "', there are " + known_formats();
        if (destination.file == "-")
            destination.file.clear();
        else if (destination.file.empty() && equals != std::string::npos)
            return "format '" + wish + "' names no file";
        if (destination.file.empty() && std::exchange(has_output, true))
            return "only one format can go to standard output, give the others a file: " + wish + "=FILE";
        out.push_back(std::move(destination));
    }
    if (out.empty()) out.push_back({output::find_format("text"), ""});
    return {};
}

std::string parse_overrides(const CheckArguments& arguments, Overrides& out) {
    if (!arguments.profile.empty()) out.profile = arguments.profile;
    out.select = arguments.select;
    out.ignore = arguments.ignore;
    out.target = arguments.target;
    out.kubernetes_version = arguments.kubernetes_version;
    out.config_path = arguments.config;
    out.no_config = arguments.no_config;
    out.no_suppressions = arguments.no_suppressions;
    out.today = today();
    for (const std::string& argument : arguments.build_arguments) {
        std::size_t equals = argument.find('=');
        if (equals == std::string::npos || equals == 0) return "--build-arg '" + argument + "' is not NAME=VALUE";
        out.build_arguments.emplace_back(argument.substr(0, equals), argument.substr(equals + 1));
    }
    return {};
}

// A run of the command, step by step.
class Run {
public:
    Run(const CheckArguments& arguments, std::vector<Destination> destinations, Overrides overrides)
        : arguments_(arguments), destinations_(std::move(destinations)), registry_(all_checks()), configuration_(disk_, registry_, std::move(overrides)) {}

    int show_config() {
        print(stdout, configuration_.describe(arguments_.show_config));
        return report_problems() ? 2 : 0;
    }

    int execute() {
        if (std::string wrong = choose_threshold(); !wrong.empty()) return usage(wrong);
        if (!load_inputs()) return 2;
        report_ = analyse();
        bool broken = false;
        if (arguments_.fix || arguments_.diff) {
            FixRun fixes = fix(report_);
            for (const std::string& complaint : fixes.complaints) complain(complaint);
            broken = !fixes.complaints.empty();
            if (arguments_.diff)
                print(stdout, fixes.diff);
            else if (from_stdin_)
                print(stdout, fixes.text);
            if (!arguments_.diff) report_ = analyse();
            if (fixes.applied && !arguments_.quiet) print(stderr, fixed_line(fixes));
        }
        broken |= report_problems();
        if (broken) report_.exit_code = 2;
        return deliver(report_) ? report_.exit_code : 2;
    }

private:
    std::string choose_threshold() {
        std::string wish = arguments_.fail_on;
        if (wish.empty()) wish = configuration_.fail_on().value_or("low");
        options_.fail_on = severity_of(wish);
        if (!options_.fail_on && wish != "never" && wish != "none") return "--fail-on '" + wish + "' is not critical, high, medium, low, info or never";
        options_.threads = arguments_.threads;
        options_.complete = arguments_.complete;
        options_.keep_silenced = arguments_.show_suppressed;
        options_.fingerprints = std::ranges::any_of(destinations_, [](const Destination& destination) { return !destination.format->for_people; });
        return {};
    }

    bool load_inputs() {
        from_stdin_ = std::find(arguments_.paths.begin(), arguments_.paths.end(), "-") != arguments_.paths.end();
        if (!from_stdin_) {
            Discovery discovery = discover(disk_, arguments_.paths.empty() ? std::vector<std::string>{"."} : arguments_.paths, configuration_);
            for (const std::string& note : discovery.notes) complain(note);
            inputs_ = std::move(discovery.inputs);
            return true;
        }
        if (arguments_.paths.size() > 1) return complain("'-' cannot be combined with other paths"), false;
        std::optional<std::string> text = read_standard_input();
        if (!text) return complain("standard input cannot be read"), false;
        stdin_text_ = std::move(*text);
        const std::string& name = arguments_.stdin_filename;
        inputs_ = {{name.empty() ? "-" : name, name.empty() ? FileKind::other : kind_by_name(name), true, ""}};
        return true;
    }

    // What stands around standard input is known only when it says which file it is.
    const FileSystem* surroundings() const { return from_stdin_ && arguments_.stdin_filename.empty() ? nullptr : &disk_; }

    Report analyse() {
        if (from_stdin_) {
            const Settings& settings = configuration_.for_file(inputs_[0].path);
            std::vector<FileAnalysis> only;
            only.push_back(analyze_text(surroundings(), inputs_[0], stdin_text_, registry_, settings, true));
            return report_of(std::move(only), options_);
        }
        Progress progress(!arguments_.quiet);
        options_.progress = [&](std::size_t done, std::size_t total) { progress.show(done, total); };
        Report report = analyze(disk_, inputs_, registry_, configuration_, options_);
        options_.progress = nullptr;
        return report;
    }

    FixRun fix(const Report& report) {
        FixWishes wishes{arguments_.unsafe_fixes ? Safety::unsafe : Safety::safe, arguments_.diff};
        if (!from_stdin_) return fix_files(disk_, report, registry_, configuration_, wishes);
        FixRun run = fix_one(surroundings(), inputs_[0], stdin_text_, registry_, configuration_.for_file(inputs_[0].path), wishes);
        if (!arguments_.diff) stdin_text_ = run.text;
        return run;
    }

    std::string fixed_line(const FixRun& run) const {
        std::string out = arguments_.diff ? "would fix " : "fixed ";
        out += std::to_string(run.applied) + (run.applied == 1 ? " finding in " : " findings in ");
        return out + std::to_string(run.files) + (run.files == 1 ? " file\n" : " files\n");
    }

    // Complaints about configuration files on standard error; true when there are any.
    bool report_problems() {
        problems_ = configuration_.problems();
        for (const ConfigProblem& problem : problems_) {
            std::string place = problem.path.empty() ? "plimsoll" : problem.path;
            if (problem.line) place += ":" + std::to_string(problem.line);
            print(stderr, output::printable(place + ": " + problem.message) + "\n");
        }
        return !problems_.empty();
    }

    // Sends the report everywhere it is wanted; false when it cannot be written.
    bool deliver(const Report& report) {
        // Standard output belongs to the fixed text or the diff, people still want to see what is left.
        const bool taken = arguments_.diff || (arguments_.fix && from_stdin_);
        output::WriteOptions options;
        options.threads = arguments_.threads;
        options.working_directory = working_directory();
        options.repository = repository_root(options.working_directory);
        options.problems = problems_;
        bool for_people = true, written = true;
        for (const Destination& destination : destinations_) {
            if (taken && destination.file.empty() && arguments_.diff) continue;
            std::FILE* stream = taken ? stderr : stdout;
            options.color = destination.file.empty() && wants_color(arguments_.color, stream);
            options.links = options.color && is_terminal(stream);
            std::string text;
            options.drain = {};
            if (destination.file.empty())
                options.drain = [&, stream](std::string& portion) {
                    written &= print(stream, portion);
                    portion.clear();
                };
            destination.format->write(report, options, text);
            if (destination.file.empty()) for_people = destination.format->for_people;
            written &= destination.file.empty() ? print(stream, text) : write_to_file(destination.file, text);
        }
        epilogue(report, for_people);
        return written;
    }

    bool write_to_file(const std::string& file, const std::string& text) {
        std::string wrong = write_file(file, text);
        if (!wrong.empty()) complain(file + ": " + wrong);
        return wrong.empty();
    }

    void epilogue(const Report& report, bool for_people) {
        std::string text = output::incomplete_files(report, arguments_.verbose ? report.files.size() : most_named_files);
        if (arguments_.statistics) text += output::statistics(report);
        if (for_people && !arguments_.quiet) text += output::summary_line(report);
        print(stderr, text);
    }

    const CheckArguments& arguments_;
    std::vector<Destination> destinations_;
    DiskFileSystem disk_;
    const Registry& registry_;
    Configuration configuration_;
    AnalyzeOptions options_;
    std::vector<Input> inputs_;
    Report report_;
    std::vector<ConfigProblem> problems_;
    bool from_stdin_ = false;
    std::string stdin_text_;
};

}

int check(const CheckArguments& arguments) {
    std::vector<Destination> destinations;
    Overrides overrides;
    if (std::string wrong = parse_formats(arguments.formats, destinations); !wrong.empty()) return usage(wrong);
    if (std::string wrong = parse_overrides(arguments, overrides); !wrong.empty()) return usage(wrong);
    // Never freed: the program ends here, and the system takes all of its memory back at once where we would visit each finding.
    static Run* run = nullptr;
    run = new Run(arguments, std::move(destinations), std::move(overrides));
    return arguments.show_config.empty() ? run->execute() : run->show_config();
}

}
