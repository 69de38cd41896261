#pragma once

namespace plimsoll {
class Registry;
}

namespace plimsoll::lsp {

// Talks to an editor on standard input and output until it says exit or goes away. Gives the exit code.
int serve(const Registry& registry);

}
