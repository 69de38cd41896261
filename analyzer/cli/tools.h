#pragma once

#include <string>
#include <string_view>
#include <vector>

// The smaller sub-commands. Each gives the exit code.
namespace plimsoll::cli {

struct ListArguments {
    std::string format = "text";
    std::string area, profile, category;
};

int list(const ListArguments& arguments);
int explain(const std::string& name);
// `kind`: "dockerfile" or "documents".
int dump(const std::string& kind, const std::vector<std::string>& files);
int language_server();

// True for the name under which editors look for a Dockerfile language server.
bool is_language_server_name(std::string_view program);

}
