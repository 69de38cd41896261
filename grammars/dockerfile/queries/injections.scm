; The shell text of RUN, CMD, ENTRYPOINT and HEALTHCHECK. Comment lines, line continuations and heredoc words are children
; of the command; the ranges between them are the script.
((shell_command) @injection.content
  (#set! injection.language "bash"))

; A heredoc that is all there is to a RUN is a script too.
((instruction
  (keyword) @_keyword
  (shell_command . (heredoc_start) .)
  (heredoc (heredoc_body) @injection.content))
  (#match? @_keyword "^[Rr][Uu][Nn]$")
  (#set! injection.language "bash"))
