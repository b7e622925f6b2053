package io.evenkeel.benchmarks.proof;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Where a proof says what it saw: a JSON file, and the same on the terminal. */
final class ResultFile {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private ResultFile() {}

    static void write(Path file, Object result, PrintStream terminal) throws IOException {
        String json = JSON.writeValueAsString(result);
        Files.createDirectories(file.getParent());
        Files.writeString(file, json + "\n");
        terminal.println(json);
    }
}
