package io.evenkeel.testbed.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A slow network link in user space: passes TCP bytes to another loopback port, those towards the server later by a fixed
 * delay, those back at once. So every request takes that much longer, as on a longer way. Order is kept; bytes that come
 * close together are delayed together, not one after the other. (The kernel's own netem is not to be had everywhere.)
 */
public final class DelayProxy {
    private static final int BUFFER_BYTES = 16_384;
    /** Chunks under way on one connection; a sender that is further ahead waits, as with a full window. */
    private static final int CHUNKS_UNDER_WAY = 1024;

    private final ServerSocket server;
    private final int target;
    private final long delayNanos;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    private DelayProxy(ServerSocket server, int target, int delayMillis) {
        this.server = server;
        this.target = target;
        this.delayNanos = TimeUnit.MILLISECONDS.toNanos(delayMillis);
    }

    /**
     * @param port where it listens on loopback; 0 takes any free one
     * @param target loopback port it passes to
     * @param delayMillis delay of each chunk towards the target, ≥ 0
     * @throws IOException if the port is taken
     */
    public static DelayProxy open(int port, int target, int delayMillis) throws IOException {
        ServerSocket server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 128);
        DelayProxy proxy = new DelayProxy(server, target, delayMillis);
        proxy.thread("accept", proxy::accept);
        return proxy;
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Takes no new connections and drops the old ones after a while, then tells. */
    public void closeAfter(long millis, Runnable closed) {
        thread("close", () -> {
            TimeUnit.MILLISECONDS.sleep(millis);
            close();
            closed.run();
        });
    }

    public void close() {
        quietly(server::close);
        sockets.forEach(socket -> quietly(socket::close));
    }

    private void accept() throws IOException {
        while (!server.isClosed()) {
            Socket client = server.accept();
            thread("connect", () -> connect(client));
        }
    }

    private void connect(Socket client) throws IOException {
        sockets.add(client);
        Socket upstream = new Socket();
        sockets.add(upstream);
        try {
            upstream.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 2000);
            upstream.setTcpNoDelay(true);
            client.setTcpNoDelay(true);
        } catch (IOException e) {
            end(client, upstream);
            return;
        }
        LinkedBlockingQueue<Chunk> underWay = new LinkedBlockingQueue<>(CHUNKS_UNDER_WAY);
        thread("read", () -> read(client, underWay));
        thread("write", () -> write(underWay, client, upstream));
        thread("back", () -> back(upstream, client));
    }

    /** Bytes and when they may go on; no bytes means that the sender has finished. */
    private record Chunk(byte[] bytes, long dueNanos) {}

    private void read(Socket client, LinkedBlockingQueue<Chunk> underWay) throws InterruptedException {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            // Not closed here: that would close the way back as well, for a client that only finished sending.
            InputStream in = client.getInputStream();
            int count;
            while ((count = in.read(buffer)) >= 0) {
                underWay.put(new Chunk(java.util.Arrays.copyOf(buffer, count), System.nanoTime() + delayNanos));
            }
        } catch (IOException senderWentAway) {
            // Told to the other side below, as an end.
        }
        underWay.put(new Chunk(new byte[0], System.nanoTime() + delayNanos));
    }

    private void write(LinkedBlockingQueue<Chunk> underWay, Socket client, Socket upstream)
            throws InterruptedException {
        try {
            OutputStream out = upstream.getOutputStream();
            while (true) {
                Chunk chunk = underWay.take();
                TimeUnit.NANOSECONDS.sleep(Math.max(0, chunk.dueNanos() - System.nanoTime()));
                if (chunk.bytes().length == 0) {
                    break;
                }
                out.write(chunk.bytes());
                out.flush();
            }
        } catch (IOException receiverWentAway) {
            // Both ends are closed below.
        }
        end(client, upstream);
    }

    private void back(Socket upstream, Socket client) {
        try {
            upstream.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException eitherWentAway) {
            // Both ends are closed below.
        }
        end(client, upstream);
    }

    private void end(Socket client, Socket upstream) {
        quietly(client::close);
        quietly(upstream::close);
        sockets.remove(client);
        sockets.remove(upstream);
    }

    /** Work that may end by a closed socket. */
    @FunctionalInterface
    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private void thread(String name, Work work) {
        Thread thread = new Thread(() -> quietly(work), "delay-proxy-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void quietly(Work work) {
        try {
            work.run();
        } catch (IOException endOfConnection) {
            // A proxy has nobody to tell but the two ends, and those see it themselves.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
