using System.Net;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace YaoAn.Catalog;

/// <summary>
/// Under the SDK, for what Minio 7.0.0 gets wrong: it knows no retries that are signed rightly, takes '200 with an error body' for success,
/// and loses the code of an error that has no message. Every error leaves here as a whole document.
/// </summary>
internal sealed class S3Handler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const int Tries = 4;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        FaultPoint.Pass("s3", $"{request.Method} {request.RequestUri?.AbsolutePath}");
        var response = await SendAgainAsync(request, cancellationToken);
        FaultPoint.Pass("s3 done", $"{request.Method} {request.RequestUri?.AbsolutePath}");
        // Only answers of these hold an error behind a 200 (AWS API reference, CompleteMultipartUpload, "200 OK … error").
        var mayHideError = response.IsSuccessStatusCode && request.Method == HttpMethod.Post;
        if (!mayHideError && (response.IsSuccessStatusCode || request.Method == HttpMethod.Head))
            return response;
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        var error = ErrorIn(body);
        if (mayHideError && error is null)
        {
            response.Content = Xml(body);
            return response;
        }
        if (mayHideError)
            response.StatusCode = HttpStatusCode.InternalServerError;
        response.Content = Xml(WholeError(request, response, error));
        return response;
    }

    /// <summary>Bodies of the SDK are in memory and can be sent again; the server may be restarting.</summary>
    private async Task<HttpResponseMessage> SendAgainAsync(HttpRequestMessage request, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var response = await base.SendAsync(request, ct);
                if (attempt == Tries || (int)response.StatusCode is not (500 or 502 or 503 or 504))
                    return response;
                response.Dispose();
            }
            catch (HttpRequestException) when (attempt < Tries)
            {
                // Tried again below.
            }
            await Task.Delay(TimeSpan.FromMilliseconds(100 << attempt), ct);
        }
    }

    private static XElement? ErrorIn(string body)
    {
        try
        {
            return XElement.Parse(body) is { Name.LocalName: "Error" } error ? error : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static string WholeError(HttpRequestMessage request, HttpResponseMessage response, XElement? error)
    {
        string? Part(string name) => error?.Elements().FirstOrDefault(part => part.Name.LocalName == name)?.Value is { Length: > 0 } text ? text : null;
        var code = Part("Code") ?? $"Http{(int)response.StatusCode}";
        return new XElement(
            "Error",
            new XElement("Code", code),
            new XElement("Message", Part("Message") ?? code),
            new XElement("Resource", request.RequestUri!.AbsolutePath),
            new XElement("RequestId", Part("RequestId")),
            new XElement("BucketName", Part("BucketName")),
            new XElement("Key", Part("Key"))).ToString();
    }

    private static StringContent Xml(string body) => new(body, Encoding.UTF8, "application/xml");
}
