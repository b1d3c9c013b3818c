# cmake -DINPUT=<file> -DOUTPUT=<file.inc> -P: the file, compressed by gzip, as the numbers of an array.
find_program(GZIP gzip REQUIRED)
execute_process(COMMAND "${GZIP}" -9nc "${INPUT}" OUTPUT_FILE "${OUTPUT}.gz" COMMAND_ERROR_IS_FATAL ANY)
file(READ "${OUTPUT}.gz" hex HEX)
string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," numbers "${hex}")
file(WRITE "${OUTPUT}" "${numbers}")
