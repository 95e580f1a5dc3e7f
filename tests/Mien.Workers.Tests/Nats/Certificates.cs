using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mien.Workers.Tests;

/// <summary>Certificates of an authority that only a test knows.</summary>
internal static class Certificates
{
    /// <summary>Writes <c>ca.pem</c>, and <c>server.pem</c> with <c>server.key</c> for 127.0.0.1.</summary>
    public static void Write(TempFolder folder)
    {
        DateTimeOffset begin = DateTimeOffset.UtcNow.AddDays(-1),
            end = begin.AddDays(30);
        using var caKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var ca = new CertificateRequest("CN=Mien test authority", caKey, HashAlgorithmName.SHA256);
        ca.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        ca.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using X509Certificate2 authority = ca.CreateSelfSigned(begin, end);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false)
        );
        using X509Certificate2 server = request.Create(authority, begin, end.AddDays(-1), [1, 2, 3, 4]);

        folder.Write("ca.pem", authority.ExportCertificatePem());
        folder.Write("server.pem", server.ExportCertificatePem());
        folder.Write("server.key", key.ExportPkcs8PrivateKeyPem());
    }
}
