#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/engine/config.h"
#include "analyzer/engine/report.h"

namespace plimsoll::output {

// What a writer may know besides the report.
struct WriteOptions {
    bool color = false;
    bool links = false;                    // clickable paths (OSC 8), on terminals only
    std::string working_directory;         // absolute; "" when it does not matter
    std::string repository;                // absolute git root of the working directory; "" without one
    std::vector<ConfigProblem> problems;   // complaints about configuration files
    unsigned threads = 0;                  // that may write; 0: as many as there are cores
    // Takes away what is written so far (and clears it), so that a large report is never held as one text; may be empty.
    std::function<void(std::string&)> drain;
};

// A format is a name and a pure function that appends to a string.
struct Format {
    std::string_view name;
    void (*write)(const Report& report, const WriteOptions& options, std::string& out);
    bool for_people;   // false: standard output must hold this and nothing else
};

std::span<const Format> formats();
const Format* find_format(std::string_view name);   // null when unknown

// Writes findings in portions, several at a time; the text is the same whatever the number of threads. `write` appends one portion and is called from
// any thread.
void write_in_portions(const Report& report, const WriteOptions& options, std::string& out,
                       const std::function<void(std::span<const Finding>, std::string&)>& write);

void write_text(const Report& report, const WriteOptions& options, std::string& out);
void write_concise(const Report& report, const WriteOptions& options, std::string& out);
void write_json(const Report& report, const WriteOptions& options, std::string& out);
void write_sarif(const Report& report, const WriteOptions& options, std::string& out);

}
