#pragma once

#include <string>
#include <vector>

namespace plimsoll::cli {

// `plimsoll check` as typed.
struct CheckArguments {
    std::vector<std::string> paths;
    std::vector<std::string> formats;   // F or F=FILE
    std::string profile;
    std::vector<std::string> select, ignore;
    std::string fail_on;                        // a severity or "never"; "" as configured
    std::vector<std::string> build_arguments;   // K=V
    std::string target, kubernetes_version;
    std::string config, show_config;
    std::string stdin_filename;
    std::string color = "auto";
    unsigned threads = 0;
    bool fix = false, unsafe_fixes = false, diff = false;
    bool no_config = false, no_suppressions = false, show_suppressed = false;
    bool complete = false, statistics = false, quiet = false, verbose = false;
};

// Gives the exit code: 0 clean, 1 findings, 2 usage, configuration, unreadable or failed input.
int check(const CheckArguments& arguments);

}
