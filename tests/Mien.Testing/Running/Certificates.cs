using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mien.Testing;

/// <summary>Certificates of an authority that only a test knows.</summary>
public static class Certificates
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    /// <summary>
    /// Writes <c>ca.pem</c>, <c>server.pem</c> with <c>server.key</c> for 127.0.0.1, and <c>client.pem</c> with
    /// <c>client.key</c>.
    /// </summary>
    public static void Write(TempFolder folder)
    {
        DateTimeOffset begin = DateTimeOffset.UtcNow.AddDays(-1),
            end = begin.AddDays(30);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Mien test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using X509Certificate2 authority = request.CreateSelfSigned(begin, end);
        folder.Write("ca.pem", authority.ExportCertificatePem());
        Write("server", "127.0.0.1", ServerUse, serial: 1);
        Write("client", "worker", ClientUse, serial: 2);

        void Write(string file, string name, string use, byte serial)
        {
            using var ownKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var own = new CertificateRequest($"CN={name}", ownKey, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            if (IPAddress.TryParse(name, out IPAddress? address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(name);
            }

            own.CertificateExtensions.Add(names.Build());
            own.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], critical: false));
            using X509Certificate2 certificate = own.Create(authority, begin, end.AddDays(-1), [1, 2, 3, serial]);
            folder.Write(file + ".pem", certificate.ExportCertificatePem());
            folder.Write(file + ".key", ownKey.ExportPkcs8PrivateKeyPem());
        }
    }
}
