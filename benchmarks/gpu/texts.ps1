# Made-up texts, all different, as equal ones are computed once: 8 to 23 words of a small list, the same in every run.
param([int] $Count)
$words = ('disk server full customer password invoice late error backup network slow report screen printer paper order parcel ' +
    'account login update crash memory cable router battery charger ticket refund delay payment address window door light').Split(' ')
$random = [System.Random]::new(7)
for ($i = 0; $i -lt $Count; $i++) {
    $length = 8 + $random.Next(16)
    "$i " + ((1..$length | ForEach-Object { $words[$random.Next($words.Count)] }) -join ' ')
}
