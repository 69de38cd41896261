; The shell text of RUN, CMD, ENTRYPOINT and HEALTHCHECK. Comment lines and line continuations are children of the
; command, and only the fragments between them are given to the shell.
(shell_command
  (shell_fragment) @injection.content
  (#set! injection.language "bash")
  (#set! injection.combined))

; A heredoc that is all there is to a RUN is a script too.
((instruction
  (keyword) @_keyword
  (shell_command . (heredoc_start) .)
  (heredoc (heredoc_body) @injection.content))
  (#match? @_keyword "^[Rr][Uu][Nn]$")
  (#set! injection.language "bash"))
