// A thread for each connection of the listener that forktail passes as descriptor 0, the only one
// that Java takes over: stdin = "listener".

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

public class Hello {
    public static void main(String[] arguments) throws Exception {
        ServerSocketChannel listener = (ServerSocketChannel) System.inheritedChannel();
        ExecutorService pool = Executors.newCachedThreadPool();
        Thread acceptor = Thread.currentThread();
        // SIGTERM starts this hook; the process ends when it returns.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                listener.close();
                acceptor.join();
                pool.shutdown();
                pool.awaitTermination(1, TimeUnit.HOURS);
            } catch (IOException | InterruptedException error) {
                error.printStackTrace();
            }
        }));
        try {
            while (true) {
                Socket connection = listener.accept().socket();
                pool.submit(() -> serve(connection));
            }
        } catch (AsynchronousCloseException stop) {
            // The hook has closed the listener.
        }
    }

    private static Void serve(Socket connection) throws Exception {
        try (connection) {
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(connection.getInputStream()));
            String path = reader.readLine().split(" ")[1];
            while (!reader.readLine().isEmpty()) {
                continue;
            }
            switch (path) {
                case "/slow" -> Thread.sleep(2000);
                case "/hang" -> Thread.sleep(Long.MAX_VALUE);
                case "/crash" -> Runtime.getRuntime().exec(
                        new String[] {"kill", "-9", "" + ProcessHandle.current().pid()}).waitFor();
                default -> { }
            }
            String body = System.getenv("FORKTAIL_SLOT") + " " + ProcessHandle.current().pid()
                    + " " + System.getenv("FORKTAIL_GENERATION") + "\n";
            String head = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length()
                    + "\r\nConnection: close\r\n\r\n";
            connection.getOutputStream().write((head + body).getBytes());
        }
        return null;
    }
}
