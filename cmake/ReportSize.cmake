# cmake -DBINARY=<file> -DLIMIT_MB=<n> -P: prints what the stripped binary weighs, and fails when it is
# too much: such growth comes from one dependency, and unnoticed.
file(SIZE "${BINARY}" bytes)
math(EXPR tenths "${bytes} * 10 / 1000000")
math(EXPR whole "${tenths} / 10")
math(EXPR rest "${tenths} % 10")
message(NOTICE "plex-tuner, stripped: ${whole}.${rest} MB (limit ${LIMIT_MB} MB)")
if(whole GREATER_EQUAL LIMIT_MB)
    message(FATAL_ERROR "The static binary is larger than ${LIMIT_MB} MB.")
endif()
