package io.evenkeel.remediation.runbook;

/**
 * One thing wrong in a file that people own.
 *
 * @param file file name as the person gave it, for example {@code runbooks/rollback.yaml}
 * @param line line, from 1; 0 when the whole file is meant
 * @param what what is wrong there
 * @param expected what was expected instead
 * @param mend what to do about it
 */
public record Problem(String file, int line, String what, String expected, String mend) {
    /** The line printed for people: {@code file:line: what; expected …; how to mend}. */
    public String text() {
        StringBuilder text = new StringBuilder(file);
        if (line > 0) {
            text.append(':').append(line);
        }
        text.append(": ").append(what);
        if (!expected.isEmpty()) {
            text.append("; expected ").append(expected);
        }
        if (!mend.isEmpty()) {
            text.append("; ").append(mend);
        }
        return text.toString();
    }
}
