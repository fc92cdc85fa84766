import java.net.URI;

/**
 * Sends the request of the reference twice with Apache's HttpClient 4.5 and 5, which answer the Digest challenge, and prints
 * each status and body on two lines.
 */
class Clients {
    private static final URI TARGET = URI.create(System.getenv("URL"));
    private static final String BODY = System.getenv("BODY");

    public static void main(String[] arguments) throws Exception {
        version4();
        version5();
    }

    private static void version4() throws Exception {
        var credentials = new org.apache.http.impl.client.BasicCredentialsProvider();
        credentials.setCredentials(
            new org.apache.http.auth.AuthScope(TARGET.getHost(), TARGET.getPort()),
            new org.apache.http.auth.UsernamePasswordCredentials(System.getenv("PUBLIC_KEY"), System.getenv("PRIVATE_KEY")));
        try (var client = org.apache.http.impl.client.HttpClients.custom().setDefaultCredentialsProvider(credentials).build()) {
            for (int count = 0; count < 2; count++) {
                var request = new org.apache.http.client.methods.HttpPost(TARGET);
                request.setHeader("Accept", "application/json");
                request.setEntity(new org.apache.http.entity.StringEntity(BODY, org.apache.http.entity.ContentType.APPLICATION_JSON));
                try (var response = client.execute(request)) {
                    System.out.println(response.getStatusLine().getStatusCode());
                    System.out.println(org.apache.http.util.EntityUtils.toString(response.getEntity()));
                }
            }
        }
    }

    private static void version5() throws Exception {
        var credentials = new org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider();
        credentials.setCredentials(
            new org.apache.hc.client5.http.auth.AuthScope(TARGET.getHost(), TARGET.getPort()),
            new org.apache.hc.client5.http.auth.UsernamePasswordCredentials(
                System.getenv("PUBLIC_KEY"), System.getenv("PRIVATE_KEY").toCharArray()));
        try (var client = org.apache.hc.client5.http.impl.classic.HttpClients.custom()
                .setDefaultCredentialsProvider(credentials).build()) {
            for (int count = 0; count < 2; count++) {
                var request = new org.apache.hc.client5.http.classic.methods.HttpPost(TARGET);
                request.setHeader("Accept", "application/json");
                request.setEntity(new org.apache.hc.core5.http.io.entity.StringEntity(
                    BODY, org.apache.hc.core5.http.ContentType.APPLICATION_JSON));
                client.execute(request, response -> {
                    System.out.println(response.getCode());
                    System.out.println(org.apache.hc.core5.http.io.entity.EntityUtils.toString(response.getEntity()));
                    return null;
                });
            }
        }
    }
}
