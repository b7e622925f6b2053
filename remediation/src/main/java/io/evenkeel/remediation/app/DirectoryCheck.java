package io.evenkeel.remediation.app;

import io.evenkeel.remediation.runbook.Problem;
import java.nio.file.Path;
import java.util.List;

/** Reads the part of the configuration directory that belongs to repairs, so that the directory is valid as a whole. */
interface DirectoryCheck {
    /**
     * @param hash SHA-256 over all files, hex
     * @param problems all that is wrong with runbooks, policy, grants and endpoints
     */
    record Checked(String hash, List<Problem> problems) {}

    Checked check(Path directory);

    /** The whole directory, ours and the rest, is valid: what was checked last comes into force. */
    default void accepted() {}
}
