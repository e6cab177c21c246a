/* SPDX-License-Identifier: Apache-2.0 */
/* test_address.c - hosts that no upstream has. */
#include "address.h"

#include "tap.h"

static const struct { const char *host; int local; } rows[] = {
    { "169.254.169.254", 1 }, { "169.254.0.1", 1 }, { "169.254.170.2", 1 },
    { "169.253.169.254", 0 }, { "169.255.0.0", 0 }, { "127.0.0.1", 0 },
    { "10.0.0.1", 0 }, { "192.168.1.1", 0 }, { "8.8.8.8", 0 },
    { "100.100.100.200", 1 }, { "100.100.100.201", 0 },
    { "168.63.129.16", 1 }, { "192.0.0.192", 1 },
    /* spellings of numbers */
    { "2852039166", 1 }, { "0xa9fea9fe", 1 }, { "0XA9FEA9FE", 1 },
    { "025177524776", 1 }, { "0251.0376.0251.0376", 1 },
    { "0xa9.0xfe.0xa9.0xfe", 1 }, { "169.16689662", 1 },
    { "169.254.43518", 1 }, { "169.0376.0xa9.254", 1 },
    { "1684300488", 0 }, { "1684301000", 1 }, { "169.254.169.254.", 1 },
    /* IPv6 */
    { "fe80::1", 1 }, { "FE80::1%eth0", 1 }, { "fe80::1%25eth0", 1 },
    { "febf::1", 1 }, { "fec0::1", 0 }, { "fe7f::1", 0 }, { "::1", 0 },
    { "fd00:ec2::254", 1 }, { "fd00:0ec2:0:0:0:0:0:254", 1 },
    { "fd00:ec3::254", 0 }, { "fd20:ce::254", 1 }, { "fd00:42::42", 1 },
    { "fd00:42::43", 0 }, { "2001:db8::1", 0 },
    { "::ffff:169.254.169.254", 1 }, { "::ffff:a9fe:a9fe", 1 },
    { "::169.254.169.254", 1 }, { "::a9fe:a9fe", 1 },
    { "::ffff:0:169.254.169.254", 1 }, { "64:ff9b::a9fe:a9fe", 1 },
    { "64:ff9b:1::a9fe:a9fe", 1 }, { "2002:a9fe:a9fe::1", 1 },
    { "64:ff9b::808:808", 0 }, { "2002:808:808::1", 0 },
    { "::ffff:127.0.0.1", 0 }, { "::ffff:100.100.100.200", 1 },
    /* names */
    { "metadata.google.internal", 1 }, { "METADATA.Google.Internal.", 1 },
    { "metadata", 1 }, { "metadata.goog", 1 }, { "instance-data", 1 },
    { "metadata.example.com", 0 }, { "localhost", 0 }, { "api.openai.com", 0 },
    { "xmetadata.google.internal", 0 }, { "", 0 }, { ".", 0 }, { "%", 0 },
    { "a9fe.example", 0 }, { "fe80", 0 },
    /* neither an address nor a name of theirs */
    { "169.254.169.256", 0 }, { "169.254.65536", 0 }, { "169.16777216", 0 },
    { "4294967296", 0 }, { "99999999999999999999", 0 }, { "0x", 0 },
    { "169.254.169.254.1", 0 }, { "169..254", 0 }, { "089", 0 },
    { "169.254.169.254x", 0 }, { "fe80:::1", 0 }, { "fe80::1::2", 0 },
    { "fe80:1", 0 }, { "fe80:1:2:3:4:5:6:7:8", 0 }, { "fe80::12345", 0 },
    { ":fe80::1", 0 }, { "fe80:1:2:3:4:5:6:", 0 },
    { "fe80:1:2:3:4:5:6:7", 1 }, { "fe80:1:2:3:4:5:6::", 1 },
    { "fe80:1:2:3:4:5:1.2.3.4", 1 }, { "fe80::", 1 }, { "::", 0 }
};

int main(void)
{
    char longest[400];
    unsigned i;

    for (i = 0; i < GW_COUNT(rows); i++)
        is_int(gw_host_is_local(rows[i].host), rows[i].local, "'%s'",
               rows[i].host);
    memset(longest, '1', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    is_int(gw_host_is_local(longest), 1, "a long one");
    is_int(gw_address_is_local((const unsigned char *)"\xa9\xfe", 2), 0,
           "two bytes");
    return tap_end();
}
