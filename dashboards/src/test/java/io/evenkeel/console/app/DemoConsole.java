package io.evenkeel.console.app;

import java.time.Instant;
import java.util.concurrent.CountDownLatch;

/**
 * Runs the console by hand over made-up data: {@code ada}, {@code ray} or {@code vic}, password {@code pw}. The first
 * argument is the port (8088), the second {@code calm}, {@code empty} or {@code story}.
 */
public final class DemoConsole {
    private DemoConsole() {}

    public static void main(String[] arguments) throws InterruptedException {
        String port = arguments.length > 0 ? arguments[0] : "8088";
        String scene = arguments.length > 1 ? arguments[1] : "story";
        TestConsole console = TestConsole.start("server.port=" + port);
        Story story = new Story(console.seed(), Instant.now());
        if (scene.equals("calm")) {
            story.calm(java.util.List.of());
            story.mendedHang();
        } else if (scene.equals("story")) {
            story.mendedHang();
            story.quiet();
            story.badDeploy();
            story.audit();
        }
        System.out.println("console on http://127.0.0.1:" + port + "/ with ada / pw");
        new CountDownLatch(1).await();
    }
}
